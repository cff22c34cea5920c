namespace PhoenixChannels;

/// <summary>
/// The method that decides whether the client may join: it becomes the channel's <see cref="Channel.JoinAsync"/>. A channel has one, of its own or
/// inherited; that of a derived class replaces that of its base.
/// </summary>
/// <remarks>
/// It takes at most one payload (any type, read with the mount's JSON options; <see cref="Payload"/> as it came; <c>byte[]</c> for binary), <c>[FromServices]</c> and
/// <c>[FromKeyedServices]</c> parameters from a scope around this one call, and a <see cref="CancellationToken"/>, in any order. It returns nothing or a
/// <see cref="Reply"/>, or a value that stands for <see cref="Reply.Ok{T}"/>, each of them in a <see cref="Task"/> or <see cref="ValueTask"/> if it likes. With an
/// attribute such as <c>[Authorize("policy")]</c> it is refused with <c>unauthorized</c> before the payload is read.
/// </remarks>
/// <example>
/// <code>
/// [Join]
/// Reply Join(JoinParams payload) => payload.Token == Token ? Reply.Ok(new Welcome(Topic)) : Reply.Error("unauthorized");
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Method)]
public sealed class JoinAttribute : Attribute;
