using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using PhoenixChannels.Tests.Server;

namespace PhoenixChannels.InteropTests.Tokens;

/// <summary>An application whose users show bearer tokens: a guarded socket, an open one beside it, and tokens for both.</summary>
internal sealed class TokenServer : IAsyncDisposable
{
    readonly FakeTimeProvider _clock;
    readonly Jwt _jwt;
    readonly WebApplication _app;

    TokenServer(FakeTimeProvider clock, Jwt jwt, Action<IServiceCollection>? configure)
    {
        (_clock, _jwt) = (clock, jwt);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _jwt.AddTo(builder.Services).AddChannelsAuthToken();
        builder.Services.AddAuthorization();
        builder.Services.AddPhoenixChannels();
        configure?.Invoke(builder.Services);

        _app = builder.Build();
        Map("/guarded/socket").RequireAuthorization();
        Map("/open/socket");
        _app.MapPost("/disconnect/{user}", (string user, IBroadcaster channels) => channels.DisconnectAsync(TokenSocket.IdOf(user)).AsTask());
        _app.MapGet("/brief/{user}", (string user) => _jwt.Brief(user));
        _app.MapPost("/expire", () => _clock.Advance(Jwt.BriefLifetime));
    }

    /// <summary>What the tests find in their environment.</summary>
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>
    {
        ["TOKEN_URL"] = _app.Urls.Single(),
        ["TOKENS"] = JsonSerializer.Serialize(new
        {
            ann = _jwt.For("ann"),
            dan = _jwt.For("dan"), // whom the server disconnects
            mia = _jwt.For("mia", "moderator"),
            expired = _jwt.Expired("ann"),
            forged = new Jwt(_clock).For("ann"),
        }),
    };

    public IPEndPoint EndPoint => new(IPAddress.Loopback, new Uri(_app.Urls.Single()).Port);

    public static Task<TokenServer> StartAsync()
    {
        var clock = new FakeTimeProvider();
        return StartAsync(clock, new Jwt(clock));
    }

    /// <param name="clock">What tokens expire by.</param>
    /// <param name="jwt">Whose tokens count.</param>
    /// <param name="configure">Makes it one node of several.</param>
    public static async Task<TokenServer> StartAsync(FakeTimeProvider clock, Jwt jwt, Action<IServiceCollection>? configure = null)
    {
        var server = new TokenServer(clock, jwt, configure);
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    SocketEndpointConventionBuilder<TokenSocket> Map(string path) => _app.MapSocket<TokenSocket>(path, options => options.LongPoll.Enabled = true)
        .MapChannel<RoomChannel>("room:*")
        .MapChannel<ModeratorsChannel>("moderators");
}
