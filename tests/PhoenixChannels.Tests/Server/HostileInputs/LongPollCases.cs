using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server.HostileInputs;

/// <summary>Section F of the hostile inputs, and 67; the numbers are theirs.</summary>
public class LongPollCases
{
    [Test]
    public async Task Case_41_a_token_is_none_on_another_mount_on_another_server_after_the_session_and_when_tampered_with()
    {
        await using var server = await TestServer.StartAsync(
            socket => socket.MapChannel("*", _ => { }),
            options => options.LongPoll.Enabled = true,
            mapMore: app => app.MapSocket<TestSocket>("/other", options => options.LongPoll.Enabled = true).MapChannel("*", _ => { }));
        await using var elsewhere = await LongPollTests.StartAsync(new());
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync("vsn=2.0.0&user=ann");
        using var other = new LongPollClient(server.EndPoint, "/other/longpoll") { Token = client.Token };
        using var foreign = new LongPollClient(elsewhere.EndPoint) { Token = client.Token };
        using var tampered = new LongPollClient(server.EndPoint) { Token = client.Token[..^1] + (client.Token[^1] == 'A' ? 'Q' : 'A') };
        using var cut = new LongPollClient(server.EndPoint) { Token = client.Token[..40] };
        foreach (var stranger in new[] { other, foreign, tampered, cut }) Assert.That((await stranger.SendAsync("[]")).Status, Is.EqualTo(410));
        Assert.That((await client.SendAsync("""[null,"1","phoenix","heartbeat",{}]""")).Status, Is.EqualTo(200));
        await server.Broadcaster.DisconnectAsync("user:ann");
        Assert.That((await client.SendAsync("[]")).Status, Is.EqualTo(410));
    }

    [Test]
    public async Task Case_42_of_two_polls_the_later_one_gets_the_messages_none_lost_none_twice()
    {
        var time = new FakeTimeProvider();
        await using var server = await LongPollTests.StartAsync(new(), time: time);
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        await client.JoinAsync("room:a");
        var earlier = client.PollAsync();
        await server.PollsAsync(1);
        var later = client.PollAsync();
        await server.PollsAsync(2);
        await server.Broadcaster.BroadcastAsync("room:a", "news", new { n = 1 });
        Assert.That((await later).Messages, Is.EqualTo(new[] { """[null,null,"room:a","news",{"n":1}]""" }));
        Assert.That(earlier.IsCompleted, Is.False);
        await time.AdvanceUntilAsync(earlier);
        Assert.That((await earlier).Status, Is.EqualTo(204));
    }

    [Test]
    public async Task Case_42_what_a_poll_that_was_given_up_would_have_got_waits_for_the_next()
    {
        await using var server = await LongPollTests.StartAsync(new());
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        await client.JoinAsync("room:a");
        using var givingUp = new CancellationTokenSource();
        var poll = client.PollAsync(givingUp.Token);
        await server.PollsAsync(1);
        await givingUp.CancelAsync();
        Assert.That(async () => await poll, Throws.InstanceOf<OperationCanceledException>());
        await server.PollsAsync(0);
        await server.Broadcaster.BroadcastAsync("room:a", "news", new { n = 1 });
        await client.ExpectAsync("""[null,null,"room:a","news",{"n":1}]""");
    }

    [Test]
    public async Task Case_43_too_many_lines_too_large_a_line_or_body_get_413_and_nothing_is_taken()
    {
        await using var server = await LongPollTests.StartAsync(new(), options => (options.LongPoll.MaxRequestMessages, options.LongPoll.MaxMessageSize, options.LongPoll.MaxRequestBytes) = (3, 200, 1000));
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        const string join = """["1","1","room:a","phx_join",{}]""";
        Assert.That((await client.SendAsync(join, join, join, join)).Http, Is.EqualTo(413));
        Assert.That((await client.SendAsync(join, $"[\"1\",\"1\",\"room:a\",\"echo\",\"{new string('x', 200)}\"]")).Http, Is.EqualTo(413));
        Assert.That((await client.SendAsync(join, Convert.ToBase64String(new byte[201]))).Http, Is.EqualTo(413));
        Assert.That((await client.PostAsync(new string('x', 201), "application/json")).Http, Is.EqualTo(413));
        Assert.That((await client.PostAsync(new string(' ', 1001))).Http, Is.EqualTo(413));
        using var chunked = new ChunkedContent(new byte[1001]);
        Assert.That((await client.PostAsync(chunked)).Http, Is.EqualTo(413));
        Assert.That(server.Counted("phoenixchannels.joins"), Is.Zero);
        await client.JoinAsync("room:a");
    }

    [Test]
    public async Task Case_43_broken_Base64_and_a_compressed_body_get_400_nothing_is_taken_and_the_session_lives()
    {
        await using var server = await LongPollTests.StartAsync(new());
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        const string join = """["1","1","room:a","phx_join",{}]""";
        Assert.That((await client.SendAsync(join, "***")).Http, Is.EqualTo(400));
        Assert.That((await client.SendAsync("""{"topic":"room:a","event":"phx_join","payload":{},"ref":"1"}""")).Http, Is.EqualTo(400));
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionMode.Compress, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(join));
        using var content = new ByteArrayContent(compressed.ToArray());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/x-ndjson");
        content.Headers.ContentEncoding.Add("gzip");
        Assert.That((await client.PostAsync(content)).Http, Is.EqualTo(400));
        Assert.That(server.Counted("phoenixchannels.joins"), Is.Zero);
        await client.JoinAsync("room:a");
    }

    [Test]
    public async Task Case_43_a_body_cut_short_takes_nothing_and_the_session_lives()
    {
        await using var server = await LongPollTests.StartAsync(new());
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        await using (var connection = await Connection.OpenAsync(server.EndPoint, CancellationToken.None))
        {
            connection.Send(Encoding.ASCII.GetBytes($"POST /socket/longpoll?token={client.Token} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nContent-Length: 100\r\n\r\n" + """["1","1","room:a","phx_join",{}]"""));
            connection.Finish();
            try
            {
                while (await connection.Input.ReadAsync(new byte[1024]) > 0)
                {
                }
            }
            catch (IOException)
            {
                // The web server has given up a connection that ends within a request.
            }
        }

        Assert.That((server.Counted("phoenixchannels.joins"), server.Log.Entries.Any(entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error)), Is.EqualTo((0L, false)));
        await client.JoinAsync("room:a");
    }

    [TestCase("", "application/x-ndjson")]
    [TestCase("", "text/plain")]
    [TestCase("not json", "text/plain")]
    [TestCase("[not json", "application/x-ndjson")]
    public async Task Case_43_an_empty_or_malformed_body_gets_408_and_ends_the_session(string body, string contentType)
    {
        await using var server = await LongPollTests.StartAsync(new());
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        Assert.That(((await client.PostAsync(body, contentType)).Status, (await client.SendAsync("[]")).Status), Is.EqualTo((408, 410)));
        await server.CountsAsync("phoenixchannels.sockets", 0);
    }

    [Test]
    public async Task Case_44_who_stops_polling_while_the_topic_is_busy_has_a_bounded_buffer()
    {
        await using var server = await LongPollTests.StartAsync(new(), options => options.LongPoll.MaxOutboxBytes = 10_000);
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        await client.JoinAsync("room:a");
        for (var n = 0; n < 12; n++) await server.Broadcaster.BroadcastAsync("room:a", "n", new { text = new string('x', 1000) });
        await server.CountsAsync("phoenixchannels.slow_sockets", 1);
        Assert.That((await client.PollAsync()).Status, Is.EqualTo(410));
    }

    [Test]
    public async Task Case_44_who_stops_polling_ends_after_one_and_a_half_windows_and_posts_do_not_count()
    {
        var time = new FakeTimeProvider();
        var left = new Signal();
        await using var server = await LongPollTests.StartAsync(
            new()
            {
                Terminate = (_, termination, _) =>
                {
                    left.Set();
                    return default;
                },
            },
            time: time);
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        await client.JoinAsync("room:a");
        time.Advance(TimeSpan.FromSeconds(14));
        Assert.That((await client.SendAsync("""[null,"1","phoenix","heartbeat",{}]""")).Status, Is.EqualTo(200));
        await time.AdvanceUntilAsync(left.Task);
        Assert.That((await client.SendAsync("[]")).Status, Is.EqualTo(410));
        await server.CountsAsync("phoenixchannels.sockets", 0);
    }

    [Test]
    public async Task Case_45_sessions_without_a_second_poll_are_capped_and_expire()
    {
        var time = new FakeTimeProvider();
        await using var server = await LongPollTests.StartAsync(new(), options => options.LongPoll.MaxSessions = 5, time);
        using var client = new LongPollClient(server.EndPoint);
        for (var n = 0; n < 5; n++) await client.OpenAsync();
        Assert.That((await client.GetAsync("vsn=2.0.0")).Http, Is.EqualTo(503));
        await server.CountsAsync("phoenixchannels.connects", 1, "result=too_many");
        var gone = server.CountsAsync("phoenixchannels.sockets", 0);
        await time.AdvanceUntilAsync(gone);
        await client.OpenAsync();
    }

    [Test]
    public async Task Case_45_a_refused_client_takes_no_place()
    {
        await using var server = await TestServer.StartAsync<RefusingSocket>(socket => socket.MapChannel("*", _ => { }), options => (options.LongPoll.Enabled, options.LongPoll.MaxSessions) = (true, 1));
        using var client = new LongPollClient(server.EndPoint);
        for (var n = 0; n < 3; n++) Assert.That((await client.GetAsync("vsn=2.0.0")).Status, Is.EqualTo(403));
    }

    [TestCase("content-type, x-phoenix-longpoll-token", "content-type, x-phoenix-longpoll-token")]
    [TestCase("evil\tHeader: 1", "")]
    [TestCase("<script>", "")]
    public async Task Case_46_a_preflight_gets_back_what_it_asked_for_only_when_these_are_names(string asked, string allowed)
    {
        await using var server = await LongPollTests.StartAsync(new());
        var response = await HttpExchange.RunAsync(server.EndPoint, new("OPTIONS", "/socket/longpoll") { Headers = [new("Origin", "http://x.example"), new("Access-Control-Request-Headers", asked)] });
        Assert.That((response.Status, response.Headers["access-control-allow-headers"], response.Headers["access-control-allow-methods"], response.Headers["access-control-max-age"]), Is.EqualTo((200, allowed, "get, post, options", "3600")));
        Assert.That(response.Headers.ContainsKey("access-control-allow-credentials"), Is.False);
    }

    [Test]
    public async Task Case_46_a_preflight_of_8_KB_is_not_reflected()
    {
        await using var server = await LongPollTests.StartAsync(new());
        var response = await HttpExchange.RunAsync(server.EndPoint, new("OPTIONS", "/socket/longpoll") { Headers = [new("Access-Control-Request-Headers", new string('a', 8000))] });
        Assert.That(response.Headers["access-control-allow-headers"], Is.Empty);
    }

    [Test]
    public async Task Case_67_a_token_that_another_user_uses_gets_403()
    {
        await using var server = await TestServer.StartAsync(
            socket => socket.MapChannel("*", _ => { }),
            options => options.LongPoll.Enabled = true,
            builder => builder.Services.AddTransient<IStartupFilter, UserFromHeader>());
        using var ann = new LongPollClient(server.EndPoint);
        ann.Headers.Add("X-User", "ann");
        await ann.OpenAsync();
        using var eve = new LongPollClient(server.EndPoint) { Token = ann.Token };
        eve.Headers.Add("X-User", "eve");
        using var nobody = new LongPollClient(server.EndPoint) { Token = ann.Token };
        foreach (var other in new[] { eve, nobody }) Assert.That(((await other.PollAsync()).Status, (await other.SendAsync("[]")).Status), Is.EqualTo((403, 403)));
        Assert.That((await ann.SendAsync("""[null,"1","phoenix","heartbeat",{}]""")).Status, Is.EqualTo(200));
        await ann.ExpectAsync("""[null,"1","phoenix","phx_reply",{"response":{},"status":"ok"}]""");
    }

    sealed class RefusingSocket : Socket
    {
        protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken) => new(ConnectResult.Refuse(Results.StatusCode(429)));
    }

    /// <summary>Stands in for an authentication middleware.</summary>
    sealed class UserFromHeader : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                if (context.Request.Headers["X-User"] is [{ } name, ..]) context.User = new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, name)], "test"));
                return rest(context);
            });
            next(app);
        };
    }

    /// <summary>A body that does not say how long it is.</summary>
    sealed class ChunkedContent(byte[] bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => stream.WriteAsync(bytes, 0, bytes.Length);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
