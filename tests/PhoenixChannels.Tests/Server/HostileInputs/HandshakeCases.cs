using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server.HostileInputs;

/// <summary>Section A of the hostile inputs; the numbers are theirs.</summary>
[BothTransports]
public class HandshakeCases
{
    [Test]
    public async Task Case_01_a_request_that_is_no_sound_upgrade_gets_400_and_no_socket_is_made()
    {
        await using var server = await TestServer.StartAsync<CountingSocket>(socket => socket.MapChannel("*", _ => { }));
        CountingSocket.Made = 0;
        Handshake[] requests =
        [
            new() { Path = "/socket/websocket", Method = "POST" },
            new() { Path = "/socket/websocket", Method = "HEAD" },
            new() { Path = "/socket/websocket", OmittedHeaders = ["Upgrade"] },
            new() { Path = "/socket/websocket", OmittedHeaders = ["Connection"] },
            new() { Path = "/socket/websocket", OmittedHeaders = ["Sec-WebSocket-Key"] },
            new() { Path = "/socket/websocket", Headers = [new("Sec-WebSocket-Key", "short")] },
            new() { Path = "/socket/websocket", Headers = [new("Sec-WebSocket-Key", new string('x', 24))] },
            new() { Path = "/socket/websocket", Headers = [new("Sec-WebSocket-Version", "8")] },
            new() { Path = "/socket/websocket", Headers = [new("Upgrade", "h2c")] },
        ];
        foreach (var request in requests)
        {
            var (client, response) = await server.TryConnectAsync(request);
            await client.DisposeAsync();
            Assert.That(response.Status, Is.EqualTo(400));
        }

        Assert.That((CountingSocket.Made, server.Log.OfChannels.Any(text => text.Contains("Exception"))), Is.EqualTo((0, false)));
    }

    [Test]
    public async Task Case_02_half_open_connections_do_not_disturb_other_clients()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        var halfOpen = new List<TcpClient>();
        for (var n = 0; n < 200; n++)
        {
            var tcp = new TcpClient();
            await tcp.ConnectAsync(server.EndPoint);
            await tcp.GetStream().WriteAsync("GET /socket/websocket HTTP/1.1\r\nHost: x\r\nX-Sl"u8.ToArray());
            halfOpen.Add(tcp);
        }

        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        foreach (var tcp in halfOpen) tcp.Dispose();
    }

    [TestCase("vsn=", 403)]
    [TestCase("vsn=abc", 403)]
    [TestCase("vsn=9.9.9", 403)]
    [TestCase("vsn=2", 403)]
    [TestCase("vsn[]=2.0.0", 403)]
    [TestCase("vsn=1.0.0&vsn=2.0.0", 101)]
    [TestCase("vsn=2.0.0&vsn=abc", 403)]
    [TestCase("", 101)]
    public async Task Case_06_a_version_is_taken_or_refused(string query, int status)
    {
        await using var server = await TestServer.WithScriptAsync(new());
        var (client, response) = await server.TryConnectAsync(query);
        await using var _ = client;
        Assert.That(response.Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Case_06_a_version_of_10_KB_is_refused_and_not_logged()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        var (_, response) = await server.TryConnectAsync("vsn=" + new string('9', 7_000) + "%0d%0aforged");
        Assert.That((response.Status, server.Log.OfChannels.Any(text => text.Contains("forged"))), Is.EqualTo((403, false)));
    }

    [Test]
    public async Task Case_07_a_huge_or_nested_query_is_bounded()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        var (_, tooLong) = await server.TryConnectAsync("x=" + new string('a', 20_000));
        var (_, tooMany) = await server.TryConnectAsync(string.Concat(Enumerable.Range(0, 10_000).Select(n => $"p{n}=1&")));
        var (client, nested) = await server.TryConnectAsync("vsn=2.0.0&" + string.Concat(Enumerable.Repeat("a[b]", 500)) + "=1");
        await using var _ = client;
        Assert.That((tooLong.Status, tooMany.Status, nested.Status), Is.EqualTo((414, 414, 101)));
    }

    [Test]
    public async Task Case_08_a_broken_bearer_gets_400_a_lone_one_no_header_and_of_two_none_counts()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        const string bearer = "base64url.bearer.phx.";
        var (_, broken) = await server.TryConnectAsync(Offering("phoenix", bearer + "***"));
        var (alone, aloneResponse) = await server.TryConnectAsync(Offering(bearer + "YWJj"));
        var (two, twoResponse) = await server.TryConnectAsync(Offering("phoenix", bearer + "YWJj", bearer + "eHl6"));
        await using var _ = alone;
        await using var __ = two;
        Assert.That((broken.Status, aloneResponse.Status, twoResponse.Status), Is.EqualTo((400, 101, 101)));
        Assert.That((aloneResponse.Headers.ContainsKey("sec-websocket-protocol"), twoResponse.Headers["sec-websocket-protocol"]), Is.EqualTo((false, "phoenix")));
    }

    [Test]
    public async Task Case_08_a_token_of_64_KB_gets_4xx()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        var (_, response) = await server.TryConnectAsync(Offering("phoenix", "base64url.bearer.phx." + new string('A', 65_536)));
        Assert.That(response.Status, Is.InRange(400, 499));
    }

    [Test]
    public async Task Case_10_a_connect_that_throws_gets_403_and_the_client_sees_nothing_of_it()
    {
        await using var server = await TestServer.StartAsync<ThrowingSocket>(socket => socket.MapChannel("*", _ => { }));
        var (_, response) = await server.TryConnectAsync("");
        Assert.That((response.Status, Encoding.UTF8.GetString(response.Body.Span)), Is.EqualTo((403, "")));
        Assert.That(server.Log.OfChannels, Has.Some.Contains("secret words"));
    }

    [Test]
    public async Task Case_10_a_connect_that_hangs_gets_503_when_its_time_is_up_and_its_token_is_cancelled()
    {
        var time = new FakeTimeProvider();
        HangingSocket.Cancelled = new();
        await using var server = await TestServer.StartAsync<HangingSocket>(socket => socket.MapChannel("*", _ => { }), configure: builder => builder.Services.Add(new(typeof(TimeProvider), time)));
        var connecting = server.TryConnectAsync("");
        await time.AdvanceUntilAsync(connecting);
        Assert.That((await connecting).Response.Status, Is.EqualTo(503));
        await HangingSocket.Cancelled.WaitAsync();
        await server.CountsAsync("phoenixchannels.connects", 1, "result=timeout");
    }

    [Test]
    public async Task Case_71_two_sockets_on_one_pattern_are_a_start_up_error_with_the_fix_in_it()
    {
        var start = async () => await TestServer.StartAsync(socket => socket.MapChannel("*", _ => { }), mapMore: app => app.MapSocket<TestSocket>("/Socket"));
        Assert.That(start, Throws.InvalidOperationException.With.Message.Contains("give each a path of its own"));
        await Task.CompletedTask;
    }

    [Test]
    public async Task Case_71_a_socket_without_channels_is_a_start_up_error_with_the_fix_in_it()
    {
        var start = async () => await TestServer.StartAsync(_ => { });
        Assert.That(start, Throws.InvalidOperationException.With.Message.Contains("add .MapChannel"));
        await Task.CompletedTask;
    }

    [Test]
    public async Task Case_77_a_frame_in_the_same_segment_as_the_handshake_is_answered()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var connection = await Connection.OpenAsync(server.EndPoint, CancellationToken.None);
        using var frame = new MemoryStream();
        Frame.Text("""["1","1","room:a","phx_join",{}]""").WriteTo(frame);
        connection.Send((byte[])[.. new Handshake { Path = "/socket/websocket?vsn=2.0.0" }.Request.ToBytes(server.EndPoint), .. frame.ToArray()]);
        var response = await HttpResponseReader.ReadAsync(connection.Input, "GET", CancellationToken.None);
        Assert.That(response.Status, Is.EqualTo(101));
        var answer = await FrameReader.ReadAsync(connection.Input, CancellationToken.None).WaitAsync(TestClient.Patience, TimeProvider.System);
        Assert.That(Encoding.UTF8.GetString(answer!.Payload.Span), Is.EqualTo("""["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]"""));
    }

    static Handshake Offering(params string[] protocols) => new() { Path = "/socket/websocket", Protocols = protocols };

    sealed class CountingSocket : Socket
    {
        public CountingSocket() => Made++;

        public static int Made { get; set; }
    }

    sealed class ThrowingSocket : Socket
    {
        protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken) => throw new InvalidOperationException("secret words");
    }

    sealed class HangingSocket : Socket
    {
        public static Signal Cancelled { get; set; } = new();

        protected internal override async ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
        {
            cancellationToken.Register(Cancelled.Set);
            await new Signal().Task;
            return ConnectResult.Ok;
        }
    }
}
