namespace PhoenixChannels.Tests.Server.Clients;

/// <summary>Lets everybody in and keeps the params; <c>?user=U</c> gives the socket the id <c>user:U</c>.</summary>
internal sealed class ParamsSocket : Socket
{
    public SortedDictionary<string, string> Params { get; private set; } = [];

    protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
    {
        Params = new(info.Params.ToDictionary(), StringComparer.Ordinal);
        if (info.Params.TryGetValue("user", out var user)) Id = $"user:{user}";
        return new(ConnectResult.Ok);
    }
}
