using PhoenixChannels.Tests.Server;

namespace PhoenixChannels.Tests.Testing;

/// <summary>The channel of Phoenix's own tests of its test kit.</summary>
internal sealed class FooChannel(FooChannel.Log log) : Channel<AnySocket>
{
    protected internal override IReadOnlyCollection<string> Intercepts => ["stop"];

    protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) => Subtopic switch
    {
        "ok" or "timeout" => new(Reply.Ok()),
        "error" => new(Reply.Error(payload.Read<Refusal>().Error)),
        _ => throw new InvalidOperationException("the join is broken"),
    };

    protected internal override async ValueTask<Reply> HandleInAsync(Message message, CancellationToken cancellationToken)
    {
        switch (message.Event)
        {
            case "broadcast":
                await BroadcastFromAsync("broadcast", message.Payload, cancellationToken);
                return Reply.None;
            case "noreply":
                Push("noreply", new { Resp = message.Payload.Read<Request>().Req });
                return Reply.None;
            case "reply":
                return Answer(message.Payload);
            case "stop":
                Stop();
                return Reply.None;
            case "stop_and_reply":
                Stop();
                return Answer(message.Payload);
            default:
                return await base.HandleInAsync(message, cancellationToken);
        }
    }

    protected internal override ValueTask HandleOutAsync(Broadcast broadcast, CancellationToken cancellationToken)
    {
        Stop();
        return default;
    }

    protected internal override async ValueTask HandleInfoAsync(object message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case "stop":
                Stop();
                break;
            case "push":
                Push("info", new { Reason = "push" });
                break;
            default:
                await BroadcastFromAsync("info", new { Reason = "broadcast" }, cancellationToken);
                break;
        }
    }

    protected internal override async ValueTask TerminateAsync(Termination termination, CancellationToken cancellationToken)
    {
        log.Terminated.Add(termination.Reason);
        if (Subtopic == "timeout") await new Signal().Task.WaitAsync(cancellationToken);
    }

    static Reply Answer(Payload payload) => payload.ToString() == "{}" ? Reply.Ok() : Reply.Ok(new { Resp = payload.Read<Request>().Req });

    internal sealed record Request(string Req);

    internal sealed record Refusal(string Error);

    internal sealed class Log
    {
        public List<TerminationReason> Terminated { get; } = [];
    }
}
