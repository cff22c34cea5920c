using PhoenixChannels;

namespace ChannelsApp._1;

/// <summary>One client's connection, with the name that it brings along. A real application would ask for a token here.</summary>
sealed class UserSocket : Socket
{
    public string Name { get; private set; } = "";

    protected override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
    {
        if (!info.Params.TryGetValue("name", out var name) || name.Length is < 1 or > 40) return new(ConnectResult.Refuse());
        (Name, Id) = (name, $"user:{name}"); // IBroadcaster.DisconnectAsync("user:ann") closes all of Ann's
        return new(ConnectResult.Ok);
    }
}
