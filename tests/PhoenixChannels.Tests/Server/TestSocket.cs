namespace PhoenixChannels.Tests.Server;

/// <summary>Lets everybody in; <c>?user=U</c> gives the socket the id <c>user:U</c>.</summary>
internal sealed class TestSocket : Socket
{
    protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
    {
        if (info.Params.TryGetValue("user", out var user)) Id = $"user:{user}";
        return new(ConnectResult.Ok);
    }
}
