using PhoenixChannels.Diagnostics;

namespace PhoenixChannels.Connections;

/// <summary>One mapped channel: an exact topic, or a prefix and <c>*</c>.</summary>
internal sealed class ChannelRoute
{
    readonly string _name;
    readonly bool _isPrefix;

    /// <exception cref="ArgumentException">The pattern is empty or has a <c>*</c> elsewhere than at its end.</exception>
    public ChannelRoute(string pattern, Func<ChannelProcess, Channel> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star >= 0 && star != pattern.Length - 1) throw new ArgumentException($"The topic pattern '{pattern}' has a * before its end. Write an exact topic such as 'lobby', or a prefix such as 'room:*'.", nameof(pattern));
        Pattern = pattern;
        Create = create;
        Join = new("join", pattern);
        HandleIn = new("handle_in", pattern);
        _isPrefix = star >= 0;
        _name = _isPrefix ? pattern[..^1] : pattern;
    }

    public string Pattern { get; }

    public Func<ChannelProcess, Channel> Create { get; }

    public CallKind Join { get; }

    public CallKind HandleIn { get; }

    public bool Matches(string topic) => _isPrefix ? topic.StartsWith(_name, StringComparison.Ordinal) : topic == _name;

    /// <summary>What the <c>*</c> stands for in a topic that matches.</summary>
    public string SubtopicOf(string topic) => _isPrefix ? topic[_name.Length..] : "";
}
