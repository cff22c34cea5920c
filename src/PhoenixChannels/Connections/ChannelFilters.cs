using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Connections;

/// <summary>The application's filters, one instance of each class. Those that the application has registered as services are taken from there.</summary>
internal sealed class ChannelFilters(IServiceProvider services, IEnumerable<ChannelFilterRegistration> registrations) : IAsyncDisposable, IDisposable
{
    readonly Lock _lock = new();
    readonly Dictionary<Type, IChannelFilter> _known = [];
    readonly Stack<IChannelFilter> _own = [];

    /// <summary>Those around all channels, outermost first.</summary>
    public IEnumerable<IChannelFilter> Global => registrations.Select(registration => registration.Get(this));

    public IChannelFilter Get<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFilter>()
        where TFilter : class, IChannelFilter
    {
        lock (_lock)
        {
            if (_known.TryGetValue(typeof(TFilter), out var known)) return known;
            if (services.GetService<TFilter>() is not { } filter) _own.Push(filter = ActivatorUtilities.CreateInstance<TFilter>(services));
            return _known[typeof(TFilter)] = filter;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_own.TryPop(out var filter))
        {
            if (filter is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync().ConfigureAwait(false);
            else (filter as IDisposable)?.Dispose();
        }
    }

    public void Dispose()
    {
        while (_own.TryPop(out var filter)) (filter as IDisposable)?.Dispose();
    }
}
