using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels;
using PhoenixChannels.Testing;

namespace Chat.Tests;

/// <summary>The chat's rooms, without a network: what one browser window sends and what the others see.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ChatTests : IAsyncDisposable
{
    readonly ChannelTestHost _host = ChannelTestHost.Create(services => services.AddPhoenixChannels().AddPresence<ChatPresence>()).MapChannel<RoomChannel>("room:*");

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Test]
    public async Task A_visitor_enters_a_room()
    {
        var room = await EnterAsync("ann");
        Assert.That(room.JoinReply.ToString(), Is.EqualTo("ok {}"));
    }

    [TestCase("")]
    [TestCase("   ")]
    [TestCase("01234567890123456789012345678901234567890")]
    public async Task A_name_has_1_to_40_characters(string user)
    {
        var reply = await (await _host.ConnectAsync<UserSocket>()).TryJoinAsync("room:lobby", new { user });
        Assert.That((reply.Status, reply.Reason), Is.EqualTo(("error", "a name has 1 to 40 characters")));
    }

    [TestCase("room:")]
    [TestCase("room:01234567890123456789012345678901234567890")]
    public async Task The_name_of_a_room_has_1_to_40_characters(string topic)
    {
        var reply = await (await _host.ConnectAsync<UserSocket>()).TryJoinAsync(topic, new { user = "ann" });
        Assert.That((reply.Status, reply.Reason), Is.EqualTo(("error", "the name of a room has 1 to 40 characters")));
    }

    [Test]
    public async Task Nobody_enters_without_a_name()
    {
        var reply = await (await _host.ConnectAsync<UserSocket>()).TryJoinAsync("room:lobby");
        Assert.That((reply.Status, reply.Reason), Is.EqualTo(("error", "invalid payload")));
    }

    [Test]
    public async Task A_message_reaches_the_others_in_the_room_and_its_sender_as_the_reply()
    {
        var (ann, bob, eve) = (await EnterAsync("ann"), await EnterAsync(" bob "), await EnterAsync("eve", "room:other"));
        await _host.AdvanceAsync(TimeSpan.FromMinutes(1));
        var expected = new Posted("bob", "hello", _host.Time.GetUtcNow().ToUnixTimeMilliseconds());
        var posted = await bob.Push("new_msg", new { body = " hello " }).ExpectReplyAsync<Posted>();
        var seen = await ann.ExpectPushAsync<Posted>("new_msg");
        Assert.That((posted, seen), Is.EqualTo((expected, expected)));
        await bob.ExpectNoPushAsync("new_msg");
        await eve.ExpectNoPushAsync("new_msg");
    }

    [Test]
    public async Task A_message_has_1_to_2000_characters()
    {
        var (ann, bob) = (await EnterAsync("ann"), await EnterAsync("bob"));
        foreach (var body in (string[])["", "  ", new string('x', 2001)])
            Assert.That((await ann.Push("new_msg", new { body }).ExpectReplyAsync("error")).Reason, Is.EqualTo("a message has 1 to 2000 characters"));
        await bob.ExpectNoPushAsync("new_msg");
        await ann.Push("new_msg", new { body = new string('x', 2000) }).ExpectReplyAsync();
        Assert.That((await bob.ExpectPushAsync<Posted>("new_msg")).Body, Has.Length.EqualTo(2000));
    }

    [Test]
    public async Task A_message_without_a_body_is_refused_and_the_chat_goes_on()
    {
        var ann = await EnterAsync("ann");
        Assert.That((await ann.Push("new_msg", new { text = "hello" }).ExpectReplyAsync("error")).Reason, Is.EqualTo("invalid payload"));
        await ann.Push("new_msg", new { body = "hello" }).ExpectReplyAsync();
    }

    [Test]
    public async Task An_event_that_the_room_does_not_know_crashes_it()
    {
        var ann = await EnterAsync("ann");
        ann.Push("new_mesage", new { body = "hello" });
        await ann.ExpectExitAsync(TerminationReason.Crashed);
    }

    [Test]
    public async Task Everybody_sees_who_comes_and_goes()
    {
        var ann = await EnterAsync("ann");
        Assert.That(await ann.ExpectPushAsync<Dictionary<string, Present>>("presence_state"), Is.Empty);
        await ann.ExpectPushAsync<Diff>("presence_diff", diff => diff.Joins.ContainsKey("ann"));

        var since = _host.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await _host.AdvanceAsync(TimeSpan.FromMinutes(1));
        var bob = await EnterAsync("bob");
        var state = await bob.ExpectPushAsync<Dictionary<string, Present>>("presence_state");
        Assert.That(state.Select(entry => (entry.Key, entry.Value.Metas.Single().OnlineAt)), Is.EqualTo(new[] { ("ann", since) }));
        await ann.ExpectPushAsync<Diff>("presence_diff", diff => diff.Joins.ContainsKey("bob"));

        await bob.LeaveAsync();
        var left = await ann.ExpectPushAsync<Diff>("presence_diff");
        Assert.That((left.Joins.Keys, left.Leaves.Keys), Is.EqualTo((Array.Empty<string>(), new[] { "bob" })));
    }

    [Test]
    public async Task Two_windows_of_one_name_are_one_user_with_two_devices()
    {
        var (first, second) = (await EnterAsync("ann"), await EnterAsync("ann"));
        await _host.SettleAsync();
        var state = await (await EnterAsync("bob")).ExpectPushAsync<Dictionary<string, Present>>("presence_state");
        Assert.That(state.Select(entry => (entry.Key, entry.Value.Metas.Count)), Is.EqualTo(new[] { ("ann", 2) }));
        await first.Socket.CloseAsync();
        await second.Push("new_msg", new { body = "still here" }).ExpectReplyAsync();
    }

    async Task<TestChannel> EnterAsync(string user, string topic = "room:lobby") => await (await _host.ConnectAsync<UserSocket>()).JoinAsync(topic, new { user });

    sealed record Posted(string User, string Body, long At);

    sealed record Present(List<Meta> Metas);

    sealed record Meta(long OnlineAt);

    sealed record Diff(Dictionary<string, Present> Joins, Dictionary<string, Present> Leaves);
}
