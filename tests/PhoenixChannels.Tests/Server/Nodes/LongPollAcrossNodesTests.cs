using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PhoenixChannels.InteropTests.Wire;
using PhoenixChannels.Tests.Server.Proxies;
using PhoenixChannels.Transports;

namespace PhoenixChannels.Tests.Server.Nodes;

/// <summary>Polls and posts that come to another node than the one that has their session.</summary>
public class LongPollAcrossNodesTests
{
    const string Heartbeat = """[null,"1","phoenix","heartbeat",{}]""";
    const string HeartbeatReply = """[null,"1","phoenix","phx_reply",{"response":{},"status":"ok"}]""";

    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(12);       // the window and 2 s

    [Test]
    public async Task A_conversation_through_a_proxy_that_alternates_loses_and_doubles_nothing()
    {
        const int count = 200;
        await using var nodes = await TwoNodes.StartAsync(new());
        await using var proxy = await ReverseProxy.StartAsync(HttpVersion.Version11, removesPrefix: true, nodes.A.EndPoint, nodes.B.EndPoint);
        using var client = new LongPollClient(proxy.EndPoint, "/app/socket/longpoll");
        await client.OpenAsync();
        await client.JoinAsync("room:a");
        var got = new List<string>();
        var polling = PollAsync();
        for (var n = 0; n < count; n++)
        {
            Assert.That((await client.SendAsync($"[\"1\",\"p{n}\",\"room:a\",\"echo\",{{}}]")).Status, Is.EqualTo(200));
            await (n % 2 == 0 ? nodes.A : nodes.B).Broadcaster.BroadcastAsync("room:a", "news", new { n });
        }

        Assert.That((await client.SendAsync("""["1","left","room:a","phx_leave",{}]""")).Status, Is.EqualTo(200));
        await polling;
        Assert.That(got.Where(message => message.Contains("\"echo\"", StringComparison.Ordinal) || message.Contains("phx_reply", StringComparison.Ordinal)).Select(Ref), Is.EqualTo(Enumerable.Range(0, count).Select(n => $"p{n}").Append("left")));
        Assert.That(got.Where(message => message.Contains("news", StringComparison.Ordinal)).Select(Number), Is.EquivalentTo(Enumerable.Range(0, count)));
        foreach (var node in new[] { nodes.A, nodes.B }) Assert.That(node.Counted("phoenixchannels.pubsub.broadcasts"), Is.GreaterThan(count + (count / 4)), "besides the news, requests came to the wrong node");
        Assert.That((nodes.A.Counted("phoenixchannels.longpoll.forward_failures"), nodes.B.Counted("phoenixchannels.longpoll.forward_failures")), Is.EqualTo((0, 0)));

        async Task PollAsync()
        {
            while (!got.Exists(message => message.Contains("phx_close", StringComparison.Ordinal)))
            {
                var answer = await client.PollAsync();
                Assert.That((answer.Status, answer.Token), Is.EqualTo((200, client.Token)));
                got.AddRange(answer.Messages);
            }
        }

        static string Ref(string message) => JsonSerializer.Deserialize<JsonElement>(message)[1].GetString()!;

        static int Number(string message) => JsonSerializer.Deserialize<JsonElement>(message)[4].GetProperty("n").GetInt32();
    }

    [Test]
    public async Task A_poll_waits_for_its_window_on_another_node_as_well()
    {
        var time = new FakeTimeProvider();
        await using var nodes = await TwoNodes.StartAsync(new(), time);
        var (onA, onB) = await nodes.OpenAsync();
        var poll = onB.PollAsync();
        await nodes.A.PollsAsync(1);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.That(poll.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(((await poll).Status, (await poll).Token), Is.EqualTo((204, onA.Token)));
    }

    [Test]
    public async Task Polls_of_another_node_keep_the_session_alive()
    {
        var time = new FakeTimeProvider();
        await using var nodes = await TwoNodes.StartAsync(new(), time);
        var (onA, onB) = await nodes.OpenAsync();
        for (var i = 0; i < 4; i++)
        {
            var poll = onB.PollAsync();
            await nodes.A.PollsAsync(1);
            time.Advance(TimeSpan.FromSeconds(10));
            Assert.That((await poll).Status, Is.EqualTo(204));
        }

        Assert.That((await onA.SendAsync(Heartbeat)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_POST_to_another_node_is_answered_when_its_joins_are_decided()
    {
        var (asked, release) = (new Signal(), new Signal());
        await using var nodes = await TwoNodes.StartAsync(new()
        {
            Join = async (_, _, _) =>
            {
                asked.Set();
                await release.Task;
                return Reply.Ok();
            },
        });
        var (_, onB) = await nodes.OpenAsync();
        var posting = onB.SendAsync("""["1","1","room:a","phx_join",{}]""");
        await asked.WaitAsync();
        Assert.That(posting.IsCompleted, Is.False);
        release.Set();
        Assert.That((await posting).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_malformed_message_that_comes_to_another_node_ends_the_session()
    {
        await using var nodes = await TwoNodes.StartAsync(new());
        var (onA, onB) = await nodes.OpenAsync();
        Assert.That(((await onB.SendAsync("[")).Status, (await onB.SendAsync(Heartbeat)).Status, (await onA.SendAsync(Heartbeat)).Status), Is.EqualTo((408, 410, 410)));
    }

    [Test]
    public async Task The_bounds_of_a_request_are_those_of_the_node_that_gets_it_and_nothing_of_it_is_sent_on()
    {
        await using var nodes = await TwoNodes.StartAsync(new(), options: options => options.MaxRequestMessages = 1);
        var (_, onB) = await nodes.OpenAsync();
        Assert.That(((await onB.SendAsync(Heartbeat, Heartbeat)).Http, (await onB.SendAsync("***")).Http), Is.EqualTo((413, 400)));
        Assert.That((await onB.SendAsync(Heartbeat)).Status, Is.EqualTo(200));
        Assert.That(nodes.A.Counted("phoenixchannels.messages.received"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_session_that_has_ended_is_410_at_once_and_the_poll_gets_a_new_one_where_it_came()
    {
        await using var nodes = await TwoNodes.StartAsync(new(), new FakeTimeProvider());
        var (_, onB) = await nodes.OpenAsync("vsn=2.0.0&user=ann");
        await nodes.A.Broadcaster.DisconnectAsync("user:ann");
        await nodes.A.CountsAsync("phoenixchannels.sockets", 0);
        Assert.That((await onB.SendAsync(Heartbeat)).Status, Is.EqualTo(410));
        await ExpectNewSessionAsync(nodes.B, onB, onB.PollAsync());
    }

    [Test]
    public async Task A_poll_on_another_node_ends_with_its_session()
    {
        await using var nodes = await TwoNodes.StartAsync(new(), new FakeTimeProvider());
        var (_, onB) = await nodes.OpenAsync("vsn=2.0.0&user=ann");
        var poll = onB.PollAsync();
        await nodes.A.PollsAsync(1);
        await nodes.B.Broadcaster.DisconnectAsync("user:ann");
        await ExpectNewSessionAsync(nodes.B, onB, poll);
    }

    [TestCase("gone")]
    [TestCase("a to b cut")]
    [TestCase("b to a cut")]
    public async Task A_node_that_does_not_answer_within_the_window_and_2_s_has_no_session(string how)
    {
        var time = new FakeTimeProvider();
        await using var nodes = await TwoNodes.StartAsync(new(), time);
        var (_, onB) = await nodes.OpenAsync();
        if (how == "gone") await nodes.A.StopAsync();
        else if (how == "a to b cut") nodes.Network.Cut("a", "b");
        else nodes.Network.Cut("b", "a");
        var post = onB.SendAsync(Heartbeat);
        var poll = onB.PollAsync();
        await nodes.B.CountsAsync("phoenixchannels.longpoll.forwarded", 2);
        time.Advance(s_limit - TimeSpan.FromSeconds(1));
        Assert.That((post.IsCompleted, poll.IsCompleted), Is.EqualTo((false, false)));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await post).Status, Is.EqualTo(410));
        await ExpectNewSessionAsync(nodes.B, onB, poll);
        Assert.That((nodes.B.Counted("phoenixchannels.longpoll.forward_failures", "reason=timeout"), nodes.B.Counted("phoenixchannels.longpoll.forwarded")), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task Where_PubSub_is_not_connected_a_session_of_another_node_is_410_at_once()
    {
        await using var nodes = await TwoNodes.StartAsync(new(), new FakeTimeProvider());
        var (_, onB) = await nodes.OpenAsync();
        await nodes.B.PubSub.StopAsync(CancellationToken.None);
        Assert.That((await onB.SendAsync(Heartbeat)).Status, Is.EqualTo(410));
        await ExpectNewSessionAsync(nodes.B, onB, onB.PollAsync());
        Assert.That(nodes.B.Counted("phoenixchannels.longpoll.forward_failures", "reason=unavailable"), Is.EqualTo(2));
    }

    [Test]
    public async Task Without_an_adapter_a_session_of_another_node_is_410_at_once()
    {
        await using var server = await LongPollTests.StartAsync(new(), time: new FakeTimeProvider());
        using var client = new LongPollClient(server.EndPoint) { Token = server.Services.GetRequiredService<LongPollTokens>().Protect(new("/socket", "other", 1)) };
        Assert.That(((await client.SendAsync(Heartbeat)).Status, (await client.PollAsync()).Status), Is.EqualTo((410, 410)));
        Assert.That(server.Counted("phoenixchannels.pubsub.broadcasts"), Is.Zero);
    }

    [Test]
    public async Task Requests_to_a_sessions_own_node_do_not_go_through_PubSub()
    {
        await using var nodes = await TwoNodes.StartAsync(new());
        var (onA, _) = await nodes.OpenAsync();
        Assert.That((await onA.SendAsync(Heartbeat)).Status, Is.EqualTo(200));
        await onA.ExpectAsync(HeartbeatReply);
        Assert.That((nodes.A.Counted("phoenixchannels.pubsub.broadcasts"), nodes.B.Counted("phoenixchannels.pubsub.broadcasts")), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_poll_that_is_given_up_is_given_up_on_the_sessions_node_and_loses_nothing()
    {
        await using var nodes = await TwoNodes.StartAsync(new(), options: options => options.Window = TimeSpan.FromHours(1));
        var (onA, onB) = await nodes.OpenAsync();
        await onA.JoinAsync("room:a");
        await GiveUpAsync(nodes, onB);
        await nodes.A.PollsAsync(0);
        await nodes.A.Broadcaster.BroadcastAsync("room:a", "news", new { n = 1 });
        await onB.ExpectAsync("""[null,null,"room:a","news",{"n":1}]""");
    }

    [Test]
    public async Task What_is_answered_to_a_poll_that_nobody_waits_for_any_more_waits_for_the_next_in_front()
    {
        var time = new FakeTimeProvider();
        await using var nodes = await TwoNodes.StartAsync(new(), time);
        var (onA, onB) = await nodes.OpenAsync();
        await onA.JoinAsync("room:a");
        await GiveUpAsync(nodes, onB, () => nodes.Network.Cut("b", "a"));
        await nodes.B.CountsAsync("phoenixchannels.longpoll.forwarded", 0);
        nodes.Network.Heal("b", "a");
        await nodes.A.Broadcaster.BroadcastAsync("room:a", "news", new { n = 1 });
        await nodes.A.PollsAsync(0);
        await nodes.A.Broadcaster.BroadcastAsync("room:a", "news", new { n = 2 });
        await onA.ExpectAsync("""[null,null,"room:a","news",{"n":1}]""", """[null,null,"room:a","news",{"n":2}]""");
    }

    [Test]
    public async Task What_a_lost_answer_brought_waits_again_when_the_other_node_has_long_said_nothing()
    {
        var time = new FakeTimeProvider();
        await using var nodes = await TwoNodes.StartAsync(new(), time, options => options.Window = TimeSpan.FromDays(1));
        var (onA, onB) = await nodes.OpenAsync();
        await onA.JoinAsync("room:a");
        using var givingUp = new CancellationTokenSource();
        var lost = onB.PollAsync(givingUp.Token);
        await nodes.A.PollsAsync(1);
        nodes.Network.Cut("a", "b");
        await nodes.A.Broadcaster.BroadcastAsync("room:a", "news", new { n = 1 });
        await nodes.A.PollsAsync(0);
        var next = onA.PollAsync();
        await nodes.A.PollsAsync(1);
        Assert.That(next.IsCompleted, Is.False, "the other node may be writing it");
        await time.AdvanceUntilAsync(next);
        Assert.That((await next).Messages, Is.EqualTo(new[] { """[null,null,"room:a","news",{"n":1}]""" }));
        await givingUp.CancelAsync();
        Assert.That(async () => await lost, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_client_that_does_not_read_what_another_node_writes_is_cut_off_and_it_waits_for_the_next_poll()
    {
        var time = new FakeTimeProvider();
        await using var nodes = await TwoNodes.StartAsync(new(), time, options => options.Window = TimeSpan.FromHours(1));
        var (onA, _) = await nodes.OpenAsync();
        await onA.JoinAsync("room:a");
        await using var slow = await Connection.OpenAsync(nodes.B.EndPoint, CancellationToken.None);
        slow.Send(Encoding.ASCII.GetBytes($"GET /socket/longpoll?token={onA.Token} HTTP/1.1\r\nHost: x\r\n\r\n"));
        await nodes.A.PollsAsync(1);
        var text = new string('x', 32_000_000);
        await nodes.A.Broadcaster.BroadcastAsync("room:a", "news", new { text });
        var start = new byte[1];
        await slow.Input.ReadExactlyAsync(start).AsTask().WaitAsync(TestClient.Patience, TimeProvider.System);
        var next = onA.PollAsync();
        await nodes.A.PollsAsync(1);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.That((await next).Messages.Single(), Does.Contain(text));
        using var rest = new MemoryStream();
        try
        {
            await slow.Input.CopyToAsync(rest).WaitAsync(TestClient.Patience, TimeProvider.System);
        }
        catch (IOException)
        {
            // Reset.
        }

        Assert.That(rest.Length, Is.LessThan(text.Length));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Of_two_polls_on_two_nodes_the_later_one_gets_the_messages(bool isRemoteLater)
    {
        var time = new FakeTimeProvider();
        var window = TimeSpan.FromSeconds(5);
        await using var nodes = await TwoNodes.StartAsync(new(), time, options => options.Window = window);
        var (onA, onB) = await nodes.OpenAsync();
        await onA.JoinAsync("room:a");
        var earlier = (isRemoteLater ? onA : onB).PollAsync();
        await nodes.A.PollsAsync(1);
        var later = (isRemoteLater ? onB : onA).PollAsync();
        await nodes.A.PollsAsync(2);
        await nodes.B.Broadcaster.BroadcastAsync("room:a", "news", new { n = 1 });
        Assert.That((await later).Messages, Is.EqualTo(new[] { """[null,null,"room:a","news",{"n":1}]""" }));
        Assert.That(earlier.IsCompleted, Is.False);
        // No more: the other node may still be writing what has just been read, and has so long for it.
        time.Advance(window);
        Assert.That((await earlier).Status, Is.EqualTo(204));
    }

    [Test]
    public async Task A_node_that_stops_answers_the_polls_that_wait_there_and_the_session_lives_on()
    {
        await using var nodes = await TwoNodes.StartAsync(new(), new FakeTimeProvider());
        var (onA, onB) = await nodes.OpenAsync();
        var poll = onB.PollAsync();
        await nodes.A.PollsAsync(1);
        await nodes.B.StopAsync();
        Assert.That((await poll).Status, Is.EqualTo(204));
        await nodes.A.PollsAsync(0);
        Assert.That((await onA.SendAsync(Heartbeat)).Status, Is.EqualTo(200));
        await onA.ExpectAsync(HeartbeatReply);
    }

    [Test]
    public async Task A_poll_that_waits_when_the_sessions_node_stops_gets_a_new_session_where_it_is()
    {
        await using var nodes = await TwoNodes.StartAsync(new(), new FakeTimeProvider());
        var (_, onB) = await nodes.OpenAsync();
        var poll = onB.PollAsync();
        await nodes.A.PollsAsync(1);
        await nodes.A.StopAsync();
        await ExpectNewSessionAsync(nodes.B, onB, poll);
    }

    [Test]
    public async Task A_token_is_none_on_another_mount_of_another_node()
    {
        await using var nodes = await TwoNodes.StartAsync(new());
        var (_, onB) = await nodes.OpenAsync();
        using var other = new LongPollClient(nodes.B.EndPoint) { Token = nodes.A.Services.GetRequiredService<LongPollTokens>().Protect(new("/other", "a", 1)) };
        Assert.That((await other.SendAsync(Heartbeat)).Status, Is.EqualTo(410));
        Assert.That(nodes.A.Counted("phoenixchannels.pubsub.broadcasts"), Is.Zero, "nobody is asked");
        Assert.That((await onB.SendAsync(Heartbeat)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task What_is_no_message_is_counted_and_harms_nothing()
    {
        await using var nodes = await TwoNodes.StartAsync(new());
        var (_, onB) = await nodes.OpenAsync();
        await nodes.B.Broadcaster.BroadcastAsync("phx_longpoll", "longpoll", new byte[] { 2, 0, 1 });
        await nodes.B.Broadcaster.BroadcastAsync("phx_longpoll", "news", new { n = 1 });
        var forged = new NodeMessage(NodeMessageKind.Answer, "b", 1) { Status = 200, Messages = [new([1], IsBinary: false)] };
        foreach (var kind in new[] { NodeMessageKind.Answer, NodeMessageKind.Cancel, NodeMessageKind.Sent, NodeMessageKind.NotSent, NodeMessageKind.Post })
            await nodes.B.Broadcaster.BroadcastAsync("phx_longpoll", "longpoll", NodeMessageCodec.Write(forged with { Kind = kind }));
        await nodes.A.CountsAsync("phoenixchannels.longpoll.unreadable", 2);
        Assert.That((await onB.SendAsync(Heartbeat)).Status, Is.EqualTo(200));
        await onB.ExpectAsync(HeartbeatReply);
        Assert.That(nodes.A.Counted("phoenixchannels.longpoll.unreadable"), Is.EqualTo(2));
    }

    [TestCase("phx_longpoll")]
    [TestCase("phx_tracker:presence:0/1")]
    public async Task No_client_can_join_a_topic_that_nodes_talk_on(string topic)
    {
        await using var server = await TestServer.StartAsync(socket => socket.MapChannel("*", _ => { }));
        await using var client = await server.ConnectAsync();
        client.Send($"[\"1\",\"1\",\"{topic}\",\"phx_join\",{{}}]");
        await client.ExpectAsync($"[null,\"1\",\"{topic}\",\"phx_reply\",{{\"response\":{{\"reason\":\"unmatched topic\"}},\"status\":\"error\"}}]");
    }

    [Test]
    public async Task Another_users_token_gets_403_on_another_node()
    {
        await using var nodes = await TwoNodes.StartAsync<TestSocket>(socket => socket.MapChannel("*", _ => { }).RequireAuthorization(), services => HeaderAuthentication.AddTo(services));
        var (_, onB) = await nodes.OpenAsync(prepare: client => client.Headers.Add("X-User", "ann"));
        using var eve = new LongPollClient(nodes.B.EndPoint) { Token = onB.Token };
        eve.Headers.Add("X-User", "eve");
        Assert.That(((await eve.PollAsync()).Status, (await eve.SendAsync(Heartbeat)).Status), Is.EqualTo((403, 403)));
        Assert.That((await onB.SendAsync(Heartbeat)).Status, Is.EqualTo(200));
        await onB.ExpectAsync(HeartbeatReply);
    }

    static async Task ExpectNewSessionAsync(TestServer server, LongPollClient client, Task<LongPollClient.Answer> poll)
    {
        var answer = await poll;
        Assert.That((answer.Status, answer.Messages.Count, answer.Token != client.Token), Is.EqualTo((410, 0, true)));
        using var renewed = new LongPollClient(server.EndPoint) { Token = answer.Token! };
        Assert.That((await renewed.SendAsync(Heartbeat)).Status, Is.EqualTo(200));
        await renewed.ExpectAsync(HeartbeatReply);
    }

    /// <summary>A poll on B that has come to A, and whose client goes.</summary>
    static async Task GiveUpAsync(TwoNodes nodes, LongPollClient onB, Action? before = null)
    {
        using var givingUp = new CancellationTokenSource();
        var poll = onB.PollAsync(givingUp.Token);
        await nodes.A.PollsAsync(1);
        before?.Invoke();
        await givingUp.CancelAsync();
        Assert.That(async () => await poll, Throws.InstanceOf<OperationCanceledException>());
    }
}
