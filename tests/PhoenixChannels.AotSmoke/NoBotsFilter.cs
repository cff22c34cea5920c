namespace PhoenixChannels.AotSmoke;

/// <summary>Made by its type, as sockets, channels and presences are.</summary>
internal sealed class NoBotsFilter : IChannelFilter
{
    public ValueTask<Reply> JoinAsync(ChannelCall call, Func<ChannelCall, ValueTask<Reply>> next) =>
        call.Channel.Topic == "echo:bots" ? new(Reply.Error("no bots")) : next(call);
}
