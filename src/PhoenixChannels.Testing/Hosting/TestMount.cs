using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using PhoenixChannels.Connections;
using PhoenixChannels.Transports;

namespace PhoenixChannels.Testing.Hosting;

/// <summary>A mounted socket.</summary>
internal abstract class TestMount
{
    public abstract Type SocketType { get; }

    public abstract SocketEndpoint Endpoint { get; }

    public abstract SocketConnector Connector { get; }

    /// <summary>Maps a channel here, if it is for this socket.</summary>
    public abstract void Map(ChannelMapping mapping);
}

/// <summary>A mounted socket of a known class.</summary>
internal sealed class TestMount<TSocket>(SocketEndpointConventionBuilder<TSocket> builder, ServiceFactory<Socket> factory) : TestMount
    where TSocket : Socket
{
    public SocketEndpointConventionBuilder<TSocket> Builder => builder;

    public override Type SocketType => typeof(TSocket);

    public override SocketEndpoint Endpoint => builder.Endpoint;

    public override SocketConnector Connector { get; } = new(builder.Endpoint, factory);

    public override void Map(ChannelMapping mapping)
    {
        if (mapping.SocketType.IsAssignableFrom(typeof(TSocket))) mapping.AddTo(builder);
    }
}

/// <summary>A channel that was mapped without saying on which socket: it is on all that it fits.</summary>
internal abstract class ChannelMapping
{
    public abstract Type ChannelType { get; }

    /// <summary>The class of sockets that the channel is for.</summary>
    public Type SocketType
    {
        get
        {
            for (var type = ChannelType.BaseType; type is not null; type = type.BaseType)
                if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Channel<>)) return type.GetGenericArguments()[0];
            return typeof(Socket);
        }
    }

    public abstract void AddTo<TSocket>(SocketEndpointConventionBuilder<TSocket> builder)
        where TSocket : Socket;
}
