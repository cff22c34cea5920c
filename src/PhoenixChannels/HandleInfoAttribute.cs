namespace PhoenixChannels;

/// <summary>
/// The method handles what <see cref="Channel.Send"/> and <see cref="Channel.SendAfter"/> have sent: it becomes a case of the channel's
/// <see cref="Channel.HandleInfoAsync"/>, for messages of its parameter's type. <see cref="Broadcast"/> is what comes from the topics of <see cref="Channel.Subscribe"/>.
/// </summary>
/// <remarks>
/// It takes the message, <c>[FromServices]</c> and <c>[FromKeyedServices]</c> parameters and a <see cref="CancellationToken"/>, in any order, and returns nothing, a
/// <see cref="Task"/> or a <see cref="ValueTask"/>. A message goes to one handler: that of the most derived type, the first declared if there are several. One that no
/// handler takes goes to the base class.
/// </remarks>
/// <example>
/// <code>
/// [HandleInfo]
/// void Tick(Tick tick) => Push("tick", tick);
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HandleInfoAttribute : Attribute;
