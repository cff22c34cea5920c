namespace PhoenixChannels;

/// <summary>
/// The method that runs as soon as the client is in: it becomes the channel's <see cref="Channel.JoinedAsync"/>, and is the place for the first pushes, broadcasts and for
/// presence. A channel has at most one; that of a derived class replaces that of its base.
/// </summary>
/// <remarks>
/// It takes <c>[FromServices]</c> and <c>[FromKeyedServices]</c> parameters and a <see cref="CancellationToken"/>, and returns nothing, a <see cref="Task"/> or a
/// <see cref="ValueTask"/>.
/// </remarks>
/// <example>
/// <code>
/// [Joined]
/// async Task Joined(CancellationToken ct) => await presence.TrackAsync(this, Socket.UserId, new OnlineSince(now), ct);
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Method)]
public sealed class JoinedAttribute : Attribute;
