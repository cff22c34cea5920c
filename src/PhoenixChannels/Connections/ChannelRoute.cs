using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.Diagnostics;
using PhoenixChannels.Serializers;

namespace PhoenixChannels.Connections;

/// <summary>One mapped channel: an exact topic, or a prefix and <c>*</c>; who may join, and the filters around it.</summary>
internal sealed class ChannelRoute
{
    readonly string _prefix;
    readonly bool _isPrefix;
    readonly object[] _demands;

    // Null without filters. Each filter is given the next as a delegate that is made here, once.
    readonly Func<ChannelCall, ValueTask<Reply>>? _join, _handleIn;

    volatile Intercepts? _lastIntercepts;

    /// <param name="pattern">The topics.</param>
    /// <param name="name">The channel's class.</param>
    /// <param name="create">Makes a channel.</param>
    /// <param name="demands">What is asked of whoever joins; see <see cref="ChannelAuthorizer"/>.</param>
    /// <param name="filters">The filters, outermost first.</param>
    /// <exception cref="ArgumentException">The pattern is empty or has a <c>*</c> elsewhere than at its end.</exception>
    public ChannelRoute(string pattern, string name, Func<ChannelProcess, Channel> create, object[] demands, IReadOnlyList<IChannelFilter> filters)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star >= 0 && star != pattern.Length - 1) throw new ArgumentException($"The topic pattern '{pattern}' has a * before its end. Write an exact topic such as 'lobby', or a prefix such as 'room:*'.", nameof(pattern));
        Pattern = pattern;
        Name = name;
        Create = create;
        Join = new("join", pattern);
        HandleIn = new("handle_in", pattern);
        _isPrefix = star >= 0;
        _prefix = _isPrefix ? pattern[..^1] : pattern;
        _demands = demands;
        if (filters.Count == 0) return;
        _join = call => AdmitAsync(call.Channel, call.Payload, call.CancellationToken);
        _handleIn = call => call.Channel.HandleInAsync(new(call.Channel.Process, call.Letter!), call.CancellationToken);
        foreach (var filter in filters.Reverse())
        {
            var (join, handleIn) = (_join, _handleIn);
            _join = call => filter.JoinAsync(call, join);
            _handleIn = call => filter.HandleInAsync(call, handleIn);
        }
    }

    public string Pattern { get; }

    /// <summary>What the channel's class asks of the application; none for a channel made of lambdas.</summary>
    public ChannelDemands? Class { get; init; }

    /// <summary>What the channel is called where the user has made a mistake.</summary>
    public string Name { get; }

    public Func<ChannelProcess, Channel> Create { get; }

    public CallKind Join { get; }

    public CallKind HandleIn { get; }

    /// <summary>Refuses to start with a channel that cannot be joined, or that cannot handle what it has handlers for.</summary>
    /// <exception cref="InvalidOperationException">A policy or a service is missing.</exception>
    public async Task RequireSoundAsync(IServiceProvider services)
    {
        foreach (var policy in _demands.OfType<IAuthorizeData>().Select(demand => demand.Policy).OfType<string>())
            await ChannelAuthorizer.RequirePolicyAsync(services.GetRequiredService<IAuthorizationPolicyProvider>(), policy, $"{Name} on '{Pattern}'").ConfigureAwait(false);
        if (Class is not null) await Class.RequireAsync(services, Pattern).ConfigureAwait(false);
    }

    public bool Matches(string topic) => _isPrefix ? topic.StartsWith(_prefix, StringComparison.Ordinal) : topic == _prefix;

    /// <summary>What the <c>*</c> stands for in a topic that matches.</summary>
    public string SubtopicOf(string topic) => _isPrefix ? topic[_prefix.Length..] : "";

    /// <summary>Asks filters, authorization and the channel, in this order, whether the client may join.</summary>
    public ValueTask<Reply> JoinAsync(Channel channel, Payload payload, CancellationToken cancellationToken) =>
        _join is null ? AdmitAsync(channel, payload, cancellationToken) : _join(new(channel, ChannelEvents.Join, payload, cancellationToken));

    /// <summary>Hands an event through the filters to the channel.</summary>
    public ValueTask<Reply> HandleInAsync(Channel channel, EventLetter letter, CancellationToken cancellationToken) =>
        _handleIn is null ? channel.HandleInAsync(new(channel.Process, letter), cancellationToken) : _handleIn(new(channel, letter, cancellationToken));

    /// <summary>A copy of what a channel intercepts; the same for all that give the same collection.</summary>
    public string[] CopyOf(IReadOnlyCollection<string>? intercepts)
    {
        if (intercepts is not { Count: > 0 }) return [];
        if (_lastIntercepts is { } last && ReferenceEquals(last.Original, intercepts)) return last.Copy;
        var copy = new Intercepts(intercepts, [.. intercepts]);
        _lastIntercepts = copy;
        return copy.Copy;
    }

    ValueTask<Reply> AdmitAsync(Channel channel, Payload payload, CancellationToken cancellationToken) =>
        _demands.Length == 0 ? channel.JoinAsync(payload, cancellationToken) : AuthorizeAsync(channel, payload, cancellationToken);

    async ValueTask<Reply> AuthorizeAsync(Channel channel, Payload payload, CancellationToken cancellationToken)
    {
        var process = channel.Process;
        process.IsUnauthorized = !await process.Connection.Endpoint.Authorizer.AuthorizeAsync(channel, _demands).ConfigureAwait(false);
        return process.IsUnauthorized ? Reply.Error(Reasons.Unauthorized) : await channel.JoinAsync(payload, cancellationToken).ConfigureAwait(false);
    }

    sealed record Intercepts(IReadOnlyCollection<string> Original, string[] Copy);
}
