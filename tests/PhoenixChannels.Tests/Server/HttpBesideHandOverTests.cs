using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server;

/// <summary>Plain HTTP is the same to its clients and to the application, whether connections can leave it or not.</summary>
[BothTransports]
public class HttpBesideHandOverTests
{
    const string Connections = "kestrel.active_connections";

    [Test]
    public async Task Requests_that_come_in_one_piece_are_answered_in_order_and_the_connection_can_still_become_a_socket()
    {
        await using var server = await StartAsync(app => app.MapGet("/{text}", (string text) => Results.Text(text)));
        using var client = await OpenAsync(server);
        await client.SendAsync("GET /one HTTP/1.1\r\nHost: a\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.That(await client.ReadUntilAsync("two"), Does.Match("(?s)^HTTP/1.1 200 OK.*Content-Length: 3.*one.*HTTP/1.1 200 OK.*Content-Length: 3.*two$"));
        await client.SendAsync(Encoding.Latin1.GetString(new Handshake { Path = "/socket/websocket?vsn=2.0.0" }.Request.ToBytes(server.EndPoint)));
        Assert.That(await client.ReadUntilAsync("\r\n\r\n"), Does.StartWith("HTTP/1.1 101"));
        await server.CountsAsync("phoenixchannels.sockets", 1);
        AssertNothingIsLogged(server);
    }

    [Test]
    public async Task A_body_that_waits_to_be_asked_for_is_asked_for_and_read()
    {
        await using var server = await StartAsync(app => app.MapPost("/echo", async context => await context.Request.Body.CopyToAsync(context.Response.Body)));
        using var client = await OpenAsync(server);
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
        Assert.That(await client.ReadUntilAsync("\r\n\r\n"), Is.EqualTo("HTTP/1.1 100 Continue\r\n\r\n"));
        await client.SendAsync("hello");
        Assert.That(await client.ReadToEndAsync(), Does.Match("(?s)^HTTP/1.1 200 OK.*hello.*"));
        await server.CountsAsync(Connections, 0);
        AssertNothingIsLogged(server);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_request_learns_that_its_client_has_gone(bool isReset)
    {
        Signal started = new(), aborted = new();
        await using var server = await StartAsync(app => app.MapGet("/wait", async context =>
        {
            started.Set();
            using var registration = context.RequestAborted.Register(aborted.Set);
            await aborted.Task;
        }));
        using (var client = await OpenAsync(server))
        {
            await client.SendAsync("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
            await started.WaitAsync();
            client.Close(isReset);
        }

        await aborted.WaitAsync();
        await server.CountsAsync(Connections, 0);
        AssertNothingIsLogged(server);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_body_that_breaks_off_is_an_error_to_its_reader_alone(bool isReset)
    {
        Signal started = new();
        var read = new TaskCompletionSource<Exception>();
        await using var server = await StartAsync(app => app.MapPost("/read", async context =>
        {
            started.Set();
            try
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
            }
            catch (Exception e)
            {
                read.SetResult(e);
            }
        }));
        using (var client = await OpenAsync(server))
        {
            await client.SendAsync("POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf");
            await started.WaitAsync();
            client.Close(isReset);
        }

        Assert.That(await read.Task.WaitAsync(TestClient.Patience), Is.InstanceOf<IOException>());
        await server.CountsAsync(Connections, 0);
    }

    [Test]
    public async Task HTTP_2_without_TLS_works_beside_it()
    {
        await using var server = await StartAsync(app => app.MapPost("/double", (int[] numbers) => numbers.Select(number => number * 2)), listen: listen => listen.Protocols = HttpProtocols.Http2);
        using (var http = new HttpClient { BaseAddress = new($"http://{server.EndPoint}"), DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact })
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async n =>
            {
                using var response = await http.PostAsJsonAsync("/double", Enumerable.Repeat(n, 10_000));
                return await response.Content.ReadFromJsonAsync<int[]>();
            }));
            for (var n = 0; n < answers.Length; n++) Assert.That(answers[n], Is.EqualTo(Enumerable.Repeat(n * 2, 10_000)));
            await server.CountsAsync(Connections, 1);
        }

        await server.CountsAsync(Connections, 0);
        AssertNothingIsLogged(server);
    }

    [Test]
    public async Task The_server_counts_its_connections_as_ever_and_sockets_not_among_them()
    {
        await using var server = await StartAsync(
            app => app.MapGet("/", () => "hello"),
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxConcurrentConnections = 1));
        await using (var socket = await server.ConnectAsync())
        {
            await socket.JoinAsync("room:a");
            await AssertOnePlaceAsync(server);
        }

        await server.CountsAsync(Connections, 0);
        await server.CountsAsync("kestrel.upgraded_connections", 0);
        await AssertOnePlaceAsync(server);
    }

    static async Task AssertOnePlaceAsync(TestServer server)
    {
        const string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n", lastGet = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        var others = server.Counted(Connections);
        using var first = await OpenAsync(server);
        await first.SendAsync(get);
        Assert.That(await first.ReadUntilAsync("hello"), Does.StartWith("HTTP/1.1 200"));
        using var second = await OpenAsync(server);
        Assert.That(await second.ReadToEndAsync(), Is.Empty);
        await first.SendAsync(lastGet);
        Assert.That(await first.ReadToEndAsync(), Does.Contain("HTTP/1.1 200"));
        await server.CountsAsync(Connections, others);
    }

    static Task<TestServer> StartAsync(Action<WebApplication> map, Action<WebApplicationBuilder>? configure = null, Action<ListenOptions>? listen = null) =>
        TestServer.StartAsync(socket => socket.MapChannel("room:*", _ => { }), configure: configure, mapMore: map, listen: listen);

    static async Task<RawClient> OpenAsync(TestServer server)
    {
        var socket = new System.Net.Sockets.Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.EndPoint);
        return new(socket);
    }

    static void AssertNothingIsLogged(TestServer server) => Assert.That(server.Log.Entries.Where(entry => entry.Level >= LogLevel.Warning), Is.Empty);

    sealed class RawClient(System.Net.Sockets.Socket socket) : IDisposable
    {
        readonly CancellationTokenSource _patience = new(TestClient.Patience);

        public async Task SendAsync(string text) => await socket.SendAsync(Encoding.Latin1.GetBytes(text), _patience.Token);

        public async Task<string> ReadUntilAsync(string end)
        {
            var text = new StringBuilder();
            while (!text.ToString().Contains(end, StringComparison.Ordinal))
                if (!await ReadAsync(text)) throw new AssertionException($"The connection ended behind '{text}'.");
            return text.ToString();
        }

        public async Task<string> ReadToEndAsync()
        {
            var text = new StringBuilder();
            while (await ReadAsync(text))
            {
            }

            return text.ToString();
        }

        public void Close(bool isReset)
        {
            if (isReset) socket.LingerState = new(enable: true, seconds: 0);
            socket.Close();
        }

        public void Dispose()
        {
            socket.Dispose();
            _patience.Dispose();
        }

        async Task<bool> ReadAsync(StringBuilder text)
        {
            var buffer = new byte[4096];
            int count;
            try
            {
                count = await socket.ReceiveAsync(buffer, _patience.Token);
            }
            catch (SocketException)
            {
                return false;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
            return count > 0;
        }
    }
}
