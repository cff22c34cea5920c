namespace PhoenixChannels.InteropTests.Tokens;

/// <summary>Named by its user, if it has one.</summary>
internal sealed class TokenSocket : Socket
{
    public static string IdOf(string user) => $"user:{user}";

    protected override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken ct)
    {
        if (info.User.Identity?.Name is { } user) Id = IdOf(user);

        return new(ConnectResult.Ok);
    }
}
