namespace PhoenixChannels.AotSmoke;

/// <summary>Knows its user's name by the query.</summary>
internal sealed class UserSocket : Socket
{
    public string Name { get; private set; } = "";

    protected override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
    {
        if (!info.Params.TryGetValue("name", out var name)) return new(ConnectResult.Refuse());
        (Name, Id) = (name, $"user:{name}");
        return new(ConnectResult.Ok);
    }
}
