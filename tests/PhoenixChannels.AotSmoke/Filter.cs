namespace PhoenixChannels.AotSmoke;

/// <summary>A service that a channel and a presence ask for.</summary>
internal sealed class Filter
{
    public string Clean(string text) => text.Replace("darn", "****", StringComparison.Ordinal);
}
