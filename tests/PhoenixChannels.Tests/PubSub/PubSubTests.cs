using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace PhoenixChannels.Tests.Broadcasting;

public class PubSubTests
{
    [Test]
    public async Task A_broadcast_reaches_every_subscriber_of_its_topic()
    {
        await using var node = await PubSubNode.StartAsync();
        using Inbox first = new(node.PubSub), second = new(node.PubSub), other = new(node.PubSub, "other");
        await node.PubSub.BroadcastAsync("t", "hello", new { UserId = 1 });
        foreach (var inbox in new[] { first, second })
        {
            var broadcast = await inbox.NextAsync();
            Assert.That((broadcast.Topic, broadcast.Event, broadcast.Payload.ToString()), Is.EqualTo(("t", "hello", """{"userId":1}""")));
        }

        await node.PubSub.BroadcastAsync("other", Inbox.End, Payload.Empty);
        Assert.That(await other.UpToEndAsync(), Is.Empty);
        Assert.That(node.Sum("broadcasts"), Is.EqualTo(2));
    }

    [Test]
    public async Task Broadcasts_arrive_in_their_order_and_one_at_a_time()
    {
        await using var node = await PubSubNode.StartAsync();
        var (numbers, inside, overlaps) = (new List<int>(), 0, 0);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = node.PubSub.Subscribe("t", async (broadcast, _) =>
        {
            if (Interlocked.Increment(ref inside) != 1) overlaps++;
            await Task.Yield();
            numbers.Add(broadcast.Payload.Read<Numbered>().Number);
            Interlocked.Decrement(ref inside);
            if (numbers.Count == 1000) done.SetResult();
        });
        for (var number = 0; number < 1000; number++) await node.PubSub.BroadcastAsync("t", "e", new Numbered(number));
        await done.Task.InTimeAsync();
        Assert.That(numbers, Is.EqualTo(Enumerable.Range(0, 1000)));
        Assert.That(overlaps, Is.Zero);
    }

    [Test]
    public async Task A_broadcast_from_a_subscription_leaves_that_one_out()
    {
        await using var node = await PubSubNode.StartAsync();
        using Inbox self = new(node.PubSub), other = new(node.PubSub);
        await node.PubSub.BroadcastFromAsync(self.Subscription, "t", "from", Payload.Empty);
        node.PubSub.LocalBroadcastFrom(self.Subscription, "t", "local from", Payload.Empty);
        node.PubSub.LocalBroadcast("t", Inbox.End, Payload.Empty);
        Assert.That(await self.UpToEndAsync(), Is.Empty);
        Assert.That(await other.UpToEndAsync(), Is.EqualTo(new[] { "from", "local from" }));
    }

    [Test]
    public async Task Direct_to_itself_is_local_and_to_nobody_is_nothing()
    {
        await using var node = await PubSubNode.StartAsync();
        using var inbox = new Inbox(node.PubSub);
        await node.PubSub.DirectBroadcastAsync(node.PubSub.NodeName, "t", "direct", Payload.Empty);
        await node.PubSub.DirectBroadcastAsync("nobody", "t", "nobody", Payload.Empty);
        await node.PubSub.BroadcastAsync("t", Inbox.End, Payload.Empty);
        Assert.That(await inbox.UpToEndAsync(), Is.EqualTo(new[] { "direct" }));
    }

    [Test]
    public async Task A_broadcast_without_subscribers_is_nothing()
    {
        await using var node = await PubSubNode.StartAsync();
        await node.PubSub.BroadcastAsync("t", "e", Payload.Empty);
        Assert.That(node.PubSub.Registry.TopicCount, Is.Zero);
    }

    [Test]
    public async Task In_process_it_works_without_being_started()
    {
        await using var node = new PubSubNode();
        using var inbox = new Inbox(node.PubSub);
        await node.PubSub.BroadcastAsync("t", "e", Payload.Empty);
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("e"));
    }

    [Test]
    public async Task A_failing_handler_is_logged_and_counted_and_goes_on()
    {
        await using var node = await PubSubNode.StartAsync();
        var handled = new List<string>();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = node.PubSub.Subscribe("t", (broadcast, _) =>
        {
            handled.Add(broadcast.Event);
            if (broadcast.Event == "throws") throw new InvalidOperationException("at once");
            if (broadcast.Event == "fails") return FailAsync();
            if (broadcast.Event == "cancels") throw new OperationCanceledException("of its own");
            done.SetResult();
            return default;
        });

        static async ValueTask FailAsync()
        {
            await Task.Yield();
            throw new InvalidOperationException("later");
        }

        foreach (var name in new[] { "throws", "fails", "cancels", "works" }) await node.PubSub.BroadcastAsync("t", name, Payload.Empty);
        await done.Task.InTimeAsync();
        Assert.That(handled, Is.EqualTo(new[] { "throws", "fails", "cancels", "works" }));
        Assert.That(node.Sum("handler_failures"), Is.EqualTo(3));
        Assert.That(node.Log.Entries.Where(entry => entry.Level == LogLevel.Error).Select(entry => entry.Text), Has.One.Contains("at once").And.One.Contains("later").And.One.Contains("of its own"));
    }

    [Test]
    public async Task What_does_not_fit_is_lost_counted_and_reported_before_the_next_is_handled()
    {
        await using var node = await PubSubNode.StartAsync();
        await using var events = new BlockedHandler(node.PubSub, 2, lost => $"lost {lost}");
        for (var number = 1; number <= 6; number++)
        {
            await node.PubSub.BroadcastAsync("t", $"{number}", Payload.Empty);
            if (number == 1) await events.Started.InTimeAsync();
        }

        Assert.That(node.Sum("lost"), Is.EqualTo(3));
        Assert.That(await events.UntilAsync("3"), Is.EqualTo(new[] { "1", "lost 3", "2", "3" }));
        await node.PubSub.BroadcastAsync("t", "7", Payload.Empty);
        Assert.That(await events.UntilAsync("7"), Is.EqualTo(new[] { "1", "lost 3", "2", "3", "7" }));
        Assert.That(node.Sum("handler_failures"), Is.Zero);
    }

    [Test]
    public async Task A_report_of_losses_that_throws_costs_no_other_broadcast()
    {
        await using var node = await PubSubNode.StartAsync();
        await using var events = new BlockedHandler(node.PubSub, 1, _ => throw new InvalidOperationException("report"));
        for (var number = 1; number <= 3; number++)
        {
            await node.PubSub.BroadcastAsync("t", $"{number}", Payload.Empty);
            if (number == 1) await events.Started.InTimeAsync();
        }

        Assert.That(await events.UntilAsync("2"), Is.EqualTo(new[] { "1", "2" }));
        Assert.That((node.Sum("lost"), node.Sum("handler_failures")), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_slow_subscriber_holds_nobody_up()
    {
        await using var node = await PubSubNode.StartAsync();
        await using var slow = new BlockedHandler(node.PubSub, 1, _ => "lost");
        using var quick = new Inbox(node.PubSub);
        for (var number = 0; number < 100; number++) await node.PubSub.BroadcastAsync("t", "e", Payload.Empty);
        await node.PubSub.BroadcastAsync("t", Inbox.End, Payload.Empty);
        Assert.That(await quick.UpToEndAsync(), Has.Count.EqualTo(100));
    }

    [Test]
    public async Task Disposing_ends_a_subscription_cancels_its_handler_and_drops_what_waits()
    {
        await using var node = await PubSubNode.StartAsync();
        using var other = new Inbox(node.PubSub);
        var (handled, cancelled) = (new List<string>(), new TaskCompletionSource());
        var started = new TaskCompletionSource();
        var subscription = node.PubSub.Subscribe("t", async (broadcast, ct) =>
        {
            handled.Add(broadcast.Event);
            started.SetResult();
            await using var registration = ct.Register(cancelled.SetResult);
            await cancelled.Task;
            ct.ThrowIfCancellationRequested();
        });
        Assert.That(subscription.Topic, Is.EqualTo("t"));
        await node.PubSub.BroadcastAsync("t", "1", Payload.Empty);
        await started.Task.InTimeAsync();
        await node.PubSub.BroadcastAsync("t", "2", Payload.Empty);
        subscription.Dispose();
        subscription.Dispose();
        await cancelled.Task.InTimeAsync();
        await node.PubSub.BroadcastAsync("t", Inbox.End, Payload.Empty);
        Assert.That(await other.UpToEndAsync(), Is.EqualTo(new[] { "1", "2" }));
        Assert.That(handled, Is.EqualTo(new[] { "1" }));
        Assert.That(node.PubSub.Registry.CountOf("t"), Is.EqualTo(1));
        Assert.That(node.Sum("handler_failures"), Is.Zero);
    }

    [TestCase("[]")]
    [TestCase("\"text\"")]
    [TestCase("5")]
    [TestCase("null")]
    public async Task A_payload_that_is_neither_an_object_nor_binary_throws_and_reaches_nobody(string json)
    {
        await using var node = await PubSubNode.StartAsync();
        using var inbox = new Inbox(node.PubSub);
        var (pubSub, payload) = (node.PubSub, Payload.Json(json.Utf8()));
        Assert.Multiple(() =>
        {
            Assert.That(async () => await pubSub.BroadcastAsync("t", "e", payload), Throws.ArgumentException.With.Message.Contains("object"));
            Assert.That(async () => await pubSub.BroadcastAsync("t", "e", JsonDocument.Parse(json).RootElement), Throws.ArgumentException);
            Assert.That(async () => await pubSub.BroadcastFromAsync(inbox.Subscription, "t", "e", payload), Throws.ArgumentException);
            Assert.That(async () => await pubSub.DirectBroadcastAsync("b", "t", "e", payload), Throws.ArgumentException);
            Assert.That(() => pubSub.LocalBroadcast("t", "e", payload), Throws.ArgumentException);
            Assert.That(() => pubSub.LocalBroadcastFrom(inbox.Subscription, "t", "e", payload), Throws.ArgumentException);
        });
        await pubSub.BroadcastAsync("t", Inbox.End, Payload.Empty);
        Assert.That(await inbox.UpToEndAsync(), Is.Empty);
        Assert.That(node.Sum("broadcasts"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_binary_broadcast_needs_short_names_and_a_text_one_does_not()
    {
        await using var node = await PubSubNode.StartAsync();
        var (fits, tooLong) = ("\u00e9".Repeat(127) + "x", "\u00e9".Repeat(128));
        using Inbox shortTopic = new(node.PubSub, fits), longTopic = new(node.PubSub, tooLong);
        byte[] data = [1, 2];
        Assert.That(async () => await node.PubSub.BroadcastAsync(tooLong, "e", data), Throws.ArgumentException.With.Message.Contains("255"));
        Assert.That(async () => await node.PubSub.BroadcastAsync(fits, tooLong, data), Throws.ArgumentException);
        await node.PubSub.BroadcastAsync(fits, fits, data);
        await node.PubSub.BroadcastAsync(tooLong, tooLong, Payload.Empty);
        Assert.That((await shortTopic.NextAsync()).Payload.Read<byte[]>(), Is.EqualTo(data));
        Assert.That((await longTopic.NextAsync()).Event, Is.EqualTo(tooLong));
    }

    [Test]
    public async Task Arguments_must_be_there()
    {
        await using var node = await PubSubNode.StartAsync();
        var pubSub = node.PubSub;
        Assert.Multiple(() =>
        {
            Assert.That(() => pubSub.Subscribe(null!, (_, _) => default), Throws.ArgumentNullException);
            Assert.That(() => pubSub.Subscribe("t", null!), Throws.ArgumentNullException);
            Assert.That(async () => await pubSub.BroadcastAsync(null!, "e", Payload.Empty), Throws.ArgumentNullException);
            Assert.That(async () => await pubSub.BroadcastAsync("t", null!, Payload.Empty), Throws.ArgumentNullException);
            Assert.That(async () => await pubSub.BroadcastFromAsync(null!, "t", "e", Payload.Empty), Throws.ArgumentNullException);
            Assert.That(() => pubSub.LocalBroadcastFrom(null!, "t", "e", Payload.Empty), Throws.ArgumentNullException);
            Assert.That(async () => await pubSub.DirectBroadcastAsync("", "t", "e", Payload.Empty), Throws.ArgumentException);
        });
    }

    [Test]
    public async Task A_subscription_for_which_nothing_may_wait_is_refused()
    {
        await using var node = await PubSubNode.StartAsync();
        Assert.That(
            () => node.PubSub.Subscribe("t", (_, _) => default, new() { Capacity = 0 }),
            Throws.TypeOf<OptionsValidationException>().With.Message.EqualTo("SubscribeOptions.Capacity is 0: set it to a number from 1 to 2,147,483,647"));
    }

    [Test]
    public async Task Values_are_encoded_and_read_by_the_options_of_pubsub()
    {
        await using var node = await PubSubNode.StartAsync(configure: options => options.Json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower });
        using var inbox = new Inbox(node.PubSub);
        await node.PubSub.BroadcastAsync("t", "value", new User("ann"));
        await node.PubSub.BroadcastAsync("t", "text", Payload.Json("""{"user_name":"bob"}"""u8.ToArray()));
        var (value, text) = (await inbox.NextAsync(), await inbox.NextAsync());
        Assert.That(value.Payload.ToString(), Is.EqualTo("""{"user_name":"ann"}"""));
        Assert.That(value.Payload.Read<User>().UserName, Is.EqualTo("ann"));
        Assert.That(text.Payload.Read<User>().UserName, Is.EqualTo("bob"));
    }

    [Test]
    public async Task What_is_delivered_does_not_follow_the_value_any_more()
    {
        await using var node = await PubSubNode.StartAsync();
        using var inbox = new Inbox(node.PubSub);
        var value = new Dictionary<string, int> { ["a"] = 1 };
        await node.PubSub.BroadcastAsync("t", "e", value);
        value["a"] = 2;
        Assert.That((await inbox.NextAsync()).Payload.ToString(), Is.EqualTo("""{"a":1}"""));
    }

    sealed record Numbered(int Number);

    sealed record User(string? UserName);

    /// <summary>A subscription whose handler waits at its first broadcast until it is let go on.</summary>
    sealed class BlockedHandler : IAsyncDisposable
    {
        readonly Lock _lock = new();
        readonly List<string> _events = [];
        readonly Subscription _subscription;
        readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public BlockedHandler(PubSub pubSub, int capacity, Func<int, string> onLost) => _subscription = pubSub.Subscribe("t", async (broadcast, _) =>
        {
            Add(broadcast.Event);
            _started.TrySetResult();
            await _gate.Task;
        }, new() { Capacity = capacity, OnLost = lost => Add(onLost(lost)) });

        public Task Started => _started.Task;

        /// <summary>Lets the handler go on; all that has happened when it has handled this event.</summary>
        public async Task<string[]> UntilAsync(string name)
        {
            _gate.TrySetResult();
            while (true)
            {
                Task changed;
                lock (_lock)
                {
                    if (_events.Contains(name)) return [.. _events];
                    changed = _changed.Task;
                }

                await changed.InTimeAsync();
            }
        }

        public ValueTask DisposeAsync()
        {
            _gate.TrySetResult();
            _subscription.Dispose();
            return default;
        }

        void Add(string name)
        {
            lock (_lock)
            {
                _events.Add(name);
                _changed.SetResult();
                _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
