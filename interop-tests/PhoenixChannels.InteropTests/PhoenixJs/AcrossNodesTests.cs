using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PhoenixChannels.InteropTests.Servers;
using PhoenixChannels.InteropTests.Tokens;
using PhoenixChannels.Tests.Server;
using PhoenixChannels.Tests.Server.Proxies;

namespace PhoenixChannels.InteropTests.PhoenixJs;

/// <summary>The unchanged phoenix.js works when its requests come to two nodes in turn: its polls, and what it posts without its token.</summary>
internal sealed class AcrossNodesTests
{
    static readonly TimeSpan s_timeLimit = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Passes_under_node_through_a_proxy_that_alternates()
    {
        var keys = Directory.CreateTempSubdirectory();
        var network = new LinkedPubSubNetwork();
        var clock = new FakeTimeProvider();
        var jwt = new Jwt(clock);
        await using var a = await StartAsync("a");
        await using var b = await StartAsync("b");
        await using var proxy = await ReverseProxy.StartAsync(HttpVersion.Version11, removesPrefix: true, a.EndPoint, b.EndPoint);
        var environment = new Dictionary<string, string?>(a.Environment) { ["TOKEN_URL"] = $"http://{proxy.EndPoint}/app" };
        await NodeSuite.AssertPassesAsync(Path.Combine(Repository.PhoenixJsTests, "auth-token.test.mjs"), environment, s_timeLimit);
        keys.Delete(recursive: true);

        Task<TokenServer> StartAsync(string name) => TokenServer.StartAsync(clock, jwt, services =>
        {
            services.AddSingleton(network.CreateAdapter(name));
            services.AddDataProtection().PersistKeysToFileSystem(keys).SetApplicationName("nodes");
        });
    }
}
