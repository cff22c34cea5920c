namespace PhoenixChannels;

/// <summary>
/// The method handles a broadcast before it goes to the client, and pushes it on, changed or not, or drops it: it becomes a case of the channel's
/// <see cref="Channel.HandleOutAsync"/>, and the event one of its <see cref="Channel.Intercepts"/>.
/// </summary>
/// <param name="event">The event. A method may have several, an event only one method.</param>
/// <remarks>
/// It takes, in any order, at most one payload, the whole <see cref="Broadcast"/>, <c>[FromServices]</c> and <c>[FromKeyedServices]</c> parameters and a
/// <see cref="CancellationToken"/>, and returns nothing, a <see cref="Task"/> or a <see cref="ValueTask"/>. Intercepting costs one encoding per subscriber.
/// </remarks>
/// <example>
/// <code>
/// [HandleOut("new_msg")]
/// void OnNewMessage(NewMessage message) => Push("new_msg", message with { Body = Censor(message.Body) });
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class HandleOutAttribute(string @event) : Attribute
{
    /// <summary>The event.</summary>
    public string Event => @event;
}
