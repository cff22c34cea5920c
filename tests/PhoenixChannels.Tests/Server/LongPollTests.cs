using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace PhoenixChannels.Tests.Server;

public class LongPollTests
{
    [Test]
    public async Task It_is_off_by_default()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        using var client = new LongPollClient(server.EndPoint);
        Assert.That((await client.GetAsync("vsn=2.0.0")).Http, Is.EqualTo(404));
    }

    [Test]
    public async Task A_client_joins_pushes_and_gets_broadcasts()
    {
        await using var server = await StartAsync(new());
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        await client.JoinAsync("room:a");
        await client.SendAsync("""["1","2","room:a","echo",{"é":"</>"}]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{"é":"</>"},"status":"ok"}]""");
        var poll = client.PollAsync();
        await server.Broadcaster.BroadcastAsync("room:a", "news", new { n = 1 });
        Assert.That((await poll).Messages, Is.EqualTo(new[] { """[null,null,"room:a","news",{"n":1}]""" }));
    }

    [Test]
    public async Task WebSocket_and_long_poll_share_topics()
    {
        await using var server = await StartAsync(new() { HandleIn = (channel, message, ct) => Shout(channel, message, ct) });
        using var poller = new LongPollClient(server.EndPoint);
        await using var socket = await server.ConnectAsync();
        await poller.OpenAsync();
        await poller.JoinAsync("room:a");
        await socket.JoinAsync("room:a");
        await poller.SendAsync("""["1",null,"room:a","shout",{"from":"poll"}]""");
        await socket.ExpectAsync("""[null,null,"room:a","shout",{"from":"poll"}]""");
        await poller.ExpectAsync("""[null,null,"room:a","shout",{"from":"poll"}]""");
    }

    [Test]
    public async Task The_socket_knows_its_transport_and_its_token_from_the_header()
    {
        await using var server = await TestServer.StartAsync<ToldSocket>(socket => socket.MapChannel("*", channel => channel.OnJoin((c, _) => Reply.Ok(new { c.Socket.Transport, c.Socket.Token }))), options => options.LongPoll.Enabled = true);
        using var client = new LongPollClient(server.EndPoint);
        client.Headers.Add("X-Phoenix-AuthToken", "s3cret");
        await client.OpenAsync();
        await client.SendAsync("""["1","1","t","phx_join",{}]""");
        await client.ExpectAsync("""["1","1","t","phx_reply",{"response":{"transport":"longpoll","token":"s3cret"},"status":"ok"}]""");
        Assert.That(server.Log.OfChannels, Has.None.Contains("s3cret").And.None.Contains(client.Token));
    }

    [Test]
    public async Task A_POST_is_answered_when_its_joins_are_decided()
    {
        var release = new Signal();
        var asked = new Signal();
        await using var server = await StartAsync(new()
        {
            Join = async (_, _, _) =>
            {
                asked.Set();
                await release.Task;
                return Reply.Ok();
            },
        });
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        var posting = client.SendAsync("""["1","1","room:a","phx_join",{}]""");
        await asked.WaitAsync();
        Assert.That(posting.IsCompleted, Is.False);
        release.Set();
        Assert.That((await posting).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_poll_that_waits_is_answered_at_once_when_its_session_is_disconnected()
    {
        await using var server = await StartAsync(new());
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync("vsn=2.0.0&user=ann");
        await client.JoinAsync("room:a");
        var poll = client.PollAsync();
        await server.PollsAsync(1);
        await server.Broadcaster.DisconnectAsync("user:ann");
        Assert.That(((await poll).Status, (await client.PollAsync()).Status, (await client.SendAsync("[]")).Status), Is.EqualTo((204, 410, 410)));
        await server.CountsAsync("phoenixchannels.channels", 0);
    }

    [Test]
    public async Task Stopping_the_host_answers_the_poll_that_waits()
    {
        await using var server = await StartAsync(new());
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        await client.JoinAsync("room:a");
        var poll = client.PollAsync();
        await server.PollsAsync(1);
        await server.StopAsync();
        Assert.That((await poll).Status, Is.EqualTo(204));
    }

    [Test]
    public async Task A_binary_reply_that_is_not_UTF8_crashes_its_channel_and_what_else_waits_is_delivered()
    {
        await using var server = await StartAsync(new());
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        await client.JoinAsync("room:a");
        byte[] message = [0, 1, 1, 6, 4, .. "12room:aecho"u8, 0xff];
        await client.SendAsync("""["1","1","room:a","echo",{"x":1}]""", Convert.ToBase64String(message));
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{"x":1},"status":"ok"}]""", """["1","1","room:a","phx_error",{"reason":"channel_crash"}]""");
    }

    [Test]
    public async Task A_binary_broadcast_that_is_not_UTF8_misses_long_poll_and_is_counted()
    {
        await using var server = await StartAsync(new());
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        await client.JoinAsync("room:a");
        await server.Broadcaster.BroadcastAsync("room:a", "raw", new byte[] { 0xff });
        await server.Broadcaster.BroadcastAsync("room:a", "text", "abc"u8.ToArray());
        await client.ExpectAsync("\u0002\u0006\u0004room:atextabc");
        Assert.That(server.Counted("phoenixchannels.broadcasts.missed"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_session_that_has_reached_its_age_ends_and_the_client_gets_a_new_one()
    {
        var time = new FakeTimeProvider();
        await using var server = await StartAsync(new(), options => options.LongPoll.MaxSessionAge = TimeSpan.FromSeconds(10), time);
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        await client.JoinAsync("room:a");
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.That((await client.PollAsync()).Status, Is.EqualTo(410));
        await server.CountsAsync("phoenixchannels.channels", 0);
    }

    [TestCase("application/x-ndjson; charset=utf-8")]
    [TestCase("APPLICATION/X-NDJSON")]
    public async Task The_media_type_decides_and_its_parameters_do_not_matter(string contentType)
    {
        await using var server = await StartAsync(new());
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        var answer = await client.PostAsync("""["1","1","room:a","phx_join",{}]""" + "\n" + """["1","2","room:a","echo",{}]""" + "\n", contentType);
        Assert.That(answer.Status, Is.EqualTo(200));
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]""", """["1","2","room:a","phx_reply",{"response":{},"status":"ok"}]""");
    }

    [Test]
    public async Task All_of_more_than_a_hundred_lines_are_taken()
    {
        await using var server = await StartAsync(new());
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        await client.JoinAsync("room:a");
        await client.SendAsync([.. Enumerable.Range(0, 150).Select(n => $"[\"1\",\"{n}\",\"room:a\",\"echo\",{{}}]")]);
        await client.ExpectAsync([.. Enumerable.Range(0, 150).Select(n => $$$"""["1","{{{n}}}","room:a","phx_reply",{"response":{},"status":"ok"}]""")]);
    }

    [Test]
    public async Task Every_answer_may_be_read_by_any_page_and_kept_by_no_cache()
    {
        await using var server = await StartAsync(new());
        using var client = new LongPollClient(server.EndPoint);
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Options, HttpMethod.Put })
        {
            using var request = new HttpRequestMessage(method, "/socket/longpoll?vsn=2.0.0");
            using var response = await client.RequestAsync(request);
            Assert.That((response.Headers.GetValues("access-control-allow-origin").Single(), response.Headers.CacheControl!.NoStore), Is.EqualTo(("*", true)));
            Assert.That(response.StatusCode, Is.EqualTo(method == HttpMethod.Put ? HttpStatusCode.BadRequest : HttpStatusCode.OK));
        }
    }

    internal static Task<TestServer> StartAsync(Script script, Action<SocketOptions>? options = null, TimeProvider? time = null) => TestServer.WithScriptAsync(
        script,
        socket =>
        {
            socket.LongPoll.Enabled = true;
            options?.Invoke(socket);
        },
        time);

    static async ValueTask<Reply> Shout(ScriptedChannel channel, Message message, CancellationToken cancellationToken)
    {
        await channel.BroadcastAsync("shout", message.Payload, cancellationToken);
        return Reply.None;
    }

    sealed class ToldSocket : Socket
    {
        public string? Token { get; private set; }

        protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
        {
            Token = info.AuthToken;
            return new(ConnectResult.Ok);
        }
    }
}
