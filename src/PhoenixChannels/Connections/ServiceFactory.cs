using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Connections;

/// <summary>Makes sockets and channels. Those whose constructor asks for services get a scope of their own; for others there is none.</summary>
internal abstract class ServiceFactory<TBase>
{
    /// <summary>Whether the constructor asks for services.</summary>
    public abstract bool NeedsServices { get; }

    /// <param name="services">May be null when <see cref="NeedsServices"/> is false.</param>
    public abstract TBase Create(IServiceProvider? services);

    /// <summary>Makes an instance.</summary>
    /// <param name="scopes">Where its services come from.</param>
    /// <param name="scope">The scope that was made, if one was: the caller's to dispose of, also when this throws.</param>
    public TBase Create(IServiceScopeFactory scopes, out IAsyncDisposable? scope)
    {
        scope = null;
        if (!NeedsServices) return Create(null);
        var created = scopes.CreateAsyncScope();
        scope = created;
        return Create(created.ServiceProvider);
    }
}

/// <summary>Makes instances of one class; reflects on it once.</summary>
internal sealed class ServiceFactory<TBase, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T> : ServiceFactory<TBase>
    where T : class, TBase
{
    readonly ObjectFactory<T>? _create = typeof(T).GetConstructors().Any(constructor => constructor.GetParameters().Length == 0)
        ? null
        : ActivatorUtilities.CreateFactory<T>([]);

    public override bool NeedsServices => _create is not null;

    public override TBase Create(IServiceProvider? services) => _create is null ? Activator.CreateInstance<T>() : _create(services!, null);
}
