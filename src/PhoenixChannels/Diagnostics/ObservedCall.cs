using System.Diagnostics;

namespace PhoenixChannels.Diagnostics;

/// <summary>A join or a handle_in that is under way. The default is observed by nobody.</summary>
/// <param name="Span">Its span, if one is recorded.</param>
/// <param name="Began">When it began; 0 when its duration is not measured.</param>
internal readonly record struct ObservedCall(Activity? Span, long Began);
