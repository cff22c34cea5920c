using System.ComponentModel;

namespace PhoenixChannels;

/// <summary>What a handler asks of the application. Generated for each handler of a class, and read once, so that the host refuses to start without it; not to be written by hand.</summary>
/// <param name="kind">The handler's attribute, such as <c>HandleIn</c>.</param>
/// <param name="method">The handler's name.</param>
/// <param name="events">The events that it handles.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ChannelHandlerAttribute(string kind, string method, params string[] events) : Attribute
{
    /// <summary>The handler's attribute, such as <c>HandleIn</c>.</summary>
    public string Kind => kind;

    /// <summary>The handler's name.</summary>
    public string Method => method;

    /// <summary>The events that it handles.</summary>
    public string[] Events => events;

    /// <summary>The type that is read from the payload; null for none.</summary>
    public Type? Payload { get; set; }

    /// <summary>The services that it cannot do without.</summary>
    public Type[] Services { get; set; } = [];

    /// <summary>The keys of <see cref="Services"/>, in their order, with null for one that has none; empty if none has.</summary>
    public object?[] Keys { get; set; } = [];

    /// <summary>The policies that are known by name; null if it asks for no authorization at all.</summary>
    public string[]? Policies { get; set; }
}
