namespace PhoenixChannels;

/// <summary>
/// The method handles an event from the client: it becomes a case of the channel's <see cref="Channel.HandleInAsync"/>. An event without a handler goes to the
/// base class, and crashes the channel if nobody there has one either.
/// </summary>
/// <param name="event">The event. A method may have several, an event only one method.</param>
/// <remarks>
/// It takes, in any order, at most one payload (any type, read with the mount's JSON options; <see cref="Payload"/> as it came; <c>byte[]</c> or
/// <see cref="ReadOnlyMemory{T}"/> of bytes for binary), the whole <see cref="Message"/>, a <see cref="SocketRef"/> for an answer later (as <see cref="Message.Ref"/>, it throws if the client gave none), <c>[FromServices]</c> and
/// <c>[FromKeyedServices]</c> parameters from a scope around this one call (one that may be null if its type says so), and a <see cref="CancellationToken"/>. It
/// returns nothing, or the answer: a <see cref="Reply"/>, or a value that stands for <see cref="Reply.Ok{T}"/>, each of them in a <see cref="Task"/> or
/// <see cref="ValueTask"/> if it likes. A payload of another shape is answered with <c>invalid payload</c>. With an attribute such as <c>[Authorize("policy")]</c> the
/// answer is <c>unauthorized</c> to whom the policy does not let through, before the payload is read.
/// </remarks>
/// <example>
/// <code>
/// [HandleIn("new_msg")]
/// async Task&lt;Reply&gt; NewMessage(NewMessage message, [FromServices] MessageStore store, CancellationToken ct)
/// {
///     await store.AppendAsync(Subtopic, message.Body, ct);
///     await BroadcastAsync("new_msg", message, ct);
///     return Reply.Ok();
/// }
///
/// [HandleIn("slow")]
/// void Slow(Job job, SocketRef later) => _ = Task.Run(() => later.Reply(Reply.Ok(job.Run())));
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class HandleInAttribute(string @event) : Attribute
{
    /// <summary>The event.</summary>
    public string Event => @event;
}
