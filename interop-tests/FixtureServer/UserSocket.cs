sealed class UserSocket : Socket
{
    public string Name { get; private set; } = "anon";

    public string? AuthToken { get; private set; }

    public static string IdOf(string user) => $"user_socket:{user}";

    protected override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
    {
        if (info.Params.GetValueOrDefault("reject") is "1") return new(ConnectResult.Refuse());
        if (info.Params.GetValueOrDefault("reject") is "reason") return new(ConnectResult.Refuse(Results.Text("slow down", statusCode: StatusCodes.Status429TooManyRequests)));
        (Name, AuthToken) = (info.Params.GetValueOrDefault("user", "anon"), info.AuthToken);
        if (Name != "anon") Id = IdOf(Name);
        return new(ConnectResult.Ok);
    }
}
