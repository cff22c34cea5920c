using PhoenixChannels;

namespace FixtureServer;

sealed class UserSocket : Socket
{
    public string Name { get; private set; } = "anon";

    public string? AuthToken { get; private set; }

    public static string IdOf(string user) => $"user_socket:{user}";

    protected override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
    {
        switch (info.Params.GetValueOrDefault("reject"))
        {
            case "1": return new(ConnectResult.Refuse());
            case "reason": return new(ConnectResult.Refuse(Results.Text("slow down", statusCode: StatusCodes.Status429TooManyRequests)));
        }

        Name = info.Params.GetValueOrDefault("user", "anon");
        AuthToken = info.AuthToken;
        if (Name != "anon") Id = IdOf(Name);
        return new(ConnectResult.Ok);
    }
}
