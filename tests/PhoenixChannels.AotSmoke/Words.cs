namespace PhoenixChannels.AotSmoke;

/// <summary>A service that handlers and a presence ask for.</summary>
internal sealed class Words
{
    public string Clean(string text) => text.Replace("darn", "****", StringComparison.Ordinal);
}
