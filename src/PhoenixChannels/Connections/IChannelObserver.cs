using Microsoft.AspNetCore.Http;

namespace PhoenixChannels.Connections;

/// <summary>Is told what no client is: for tests. Called on the thread of what happens, sometimes under the connection's lock: only notes it.</summary>
internal interface IChannelObserver
{
    /// <summary>A join has made a channel; called before anybody else knows of it.</summary>
    void Started(ChannelProcess process);

    /// <summary>A callback has thrown: the channel crashes, or, with a <see cref="PayloadException"/>, answers.</summary>
    void Failed(ChannelProcess process, Exception exception);

    /// <summary>A channel has ended and cleaned up.</summary>
    void Ended(ChannelProcess process, Termination termination);

    /// <summary>A socket's ConnectAsync has thrown.</summary>
    void ConnectFailed(HttpContext context, Exception exception);
}
