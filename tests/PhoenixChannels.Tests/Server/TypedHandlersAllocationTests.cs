using PhoenixChannels.Connections;

namespace PhoenixChannels.Tests.Server;

/// <summary>A generated override costs what one written by hand costs.</summary>
public partial class TypedHandlersAllocationTests
{
    [TestCase("void")]
    [TestCase("reply")]
    [TestCase("task")]
    [TestCase("value")]
    [TestCase("payload")]
    public async Task A_synchronous_handler_allocates_what_it_does_by_hand(string @event)
    {
        var message = new Message(null!, new EventLetter(@event, Payload.Json("""{"x":1,"y":2}"""u8.ToArray()), default));
        var (typed, written) = (new TypedChannel(), new WrittenChannel());
        Assert.That((await typed.HandleInAsync(message, default)).Status, Is.EqualTo((await written.HandleInAsync(message, default)).Status));
        var byHand = Allocated(() => IsDone(written.HandleInAsync(message, default)));
        Assert.That(Allocated(() => IsDone(typed.HandleInAsync(message, default))), Is.EqualTo(byHand));
        if (@event is "void" or "reply" or "task") Assert.That(byHand, Is.Zero);
    }

    [Test]
    public void A_synchronous_handler_of_a_broadcast_or_a_message_allocates_nothing()
    {
        var broadcast = new Broadcast("topic", "event", default);
        var (channel, info) = (new TypedChannel(), new object());
        Assert.That(Allocated(() => IsDone(channel.HandleOutAsync(broadcast, default))), Is.Zero);
        Assert.That(Allocated(() => IsDone(channel.HandleInfoAsync(info, default))), Is.Zero);
        Assert.That(Allocated(() => IsDone(channel.JoinedAsync(default))), Is.Zero);
        Assert.That(Allocated(() => IsDone(channel.JoinAsync(default, default))), Is.Zero);
        Assert.That(Allocated(() => channel.Intercepts.Count == 1), Is.Zero);
    }

    /// <summary>What 100 calls allocate, after the first ones have made what lasts.</summary>
    static long Allocated(Func<bool> call)
    {
        long allocated = 0;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                if (!call()) throw new InvalidOperationException("The call did not complete.");
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return allocated;
    }

    static bool IsDone(ValueTask call) => call.IsCompletedSuccessfully;

    static bool IsDone(ValueTask<Reply> call) => call.IsCompletedSuccessfully;

    internal sealed record Point(int X, int Y);

    sealed partial class TypedChannel : Channel<TestSocket>
    {
        static readonly Task<Reply> s_reply = Task.FromResult(Reply.Ok());

        [Join]
        void Join()
        {
        }

        [Joined]
        void Joined()
        {
        }

        [HandleIn("void")]
        void Void()
        {
        }

        [HandleIn("reply")]
        Reply PlainReply() => Reply.Ok();

        [HandleIn("task")]
        Task<Reply> TaskOfReply() => s_reply;

        [HandleIn("value")]
        int Value() => 5;

        [HandleIn("payload")]
        Reply Read(Point point, CancellationToken ct) => Reply.Ok(point);

        [HandleOut("event")]
        void Out(Payload payload)
        {
        }

        [HandleInfo]
        void Info(object message)
        {
        }
    }

    sealed class WrittenChannel : Channel<TestSocket>
    {
        static readonly Task<Reply> s_reply = Task.FromResult(Reply.Ok());

        protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) => new(Reply.Ok());

        protected internal override ValueTask<Reply> HandleInAsync(Message message, CancellationToken cancellationToken) => message.Event switch
        {
            "void" => default,
            "reply" => new(Reply.Ok()),
            "task" => new(s_reply),
            "value" => new(Reply.Ok(5)),
            "payload" => new(Reply.Ok(message.Payload.Read<Point>())),
            _ => base.HandleInAsync(message, cancellationToken),
        };
    }
}
