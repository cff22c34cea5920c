using System.Diagnostics;

namespace PhoenixChannels.Diagnostics;

/// <summary>The activity source <c>PhoenixChannels</c>. Each application has its own of the name.</summary>
internal sealed class ChannelsTracing : IDisposable
{
    public const string SourceName = "PhoenixChannels";

    public ActivitySource Source { get; } = new(SourceName);

    /// <summary>A link to what is current, a handshake's request, for the spans of its connection: they outlive it, so they are not its children. Null when nobody listens.</summary>
    public ActivityLink[]? LinkToCurrent() =>
        Source.HasListeners() && Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? [new(current.Context)] : null;

    /// <summary>Starts a span of its own trace and makes it the current one. Null when nobody listens or the sampler does not want it.</summary>
    public Activity? Start(CallKind kind, ActivityLink[]? links) =>
        Source.HasListeners() ? Source.StartActivity(ActivityKind.Server, parentContext: default, kind.SpanTags, links, name: kind.SpanName) : null;

    public void Dispose() => Source.Dispose();
}
