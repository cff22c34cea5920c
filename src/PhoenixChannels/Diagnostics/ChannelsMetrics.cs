using System.Diagnostics.Metrics;

namespace PhoenixChannels.Diagnostics;

/// <summary>The meter <c>PhoenixChannels</c>. Tags name route patterns, never topics.</summary>
internal sealed class ChannelsMetrics
{
    public const string MeterName = "PhoenixChannels";

    public ChannelsMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        Sockets = meter.CreateUpDownCounter<long>("phoenixchannels.sockets", "{socket}", "Connections that are open.");
        Channels = meter.CreateUpDownCounter<long>("phoenixchannels.channels", "{channel}", "Channels that are joined or joining.");
        Connects = meter.CreateCounter<long>("phoenixchannels.connects", "{connect}", "Handshakes, by result.");
        Joins = meter.CreateCounter<long>("phoenixchannels.joins", "{join}", "Joins, by channel and result.");
        Polls = meter.CreateUpDownCounter<long>("phoenixchannels.longpoll.polls", "{poll}", "Polls that wait for something to come.");
        Received = meter.CreateCounter<long>("phoenixchannels.messages.received", "{message}", "Messages received from clients.");
        Malformed = meter.CreateCounter<long>("phoenixchannels.messages.malformed", "{message}", "Messages that could not be read; each closed its connection with 1011.");
        Dropped = meter.CreateCounter<long>("phoenixchannels.messages.dropped", "{message}", "Messages that were not handled or not sent: of a stale join, for a full mailbox, of a channel that had ended; by reason.");
        InvalidPayloads = meter.CreateCounter<long>("phoenixchannels.messages.invalid", "{message}", "Messages whose payload had another shape than the handler expected, by channel.");
        Unauthorized = meter.CreateCounter<long>("phoenixchannels.unauthorized", "{check}", "Authorization checks of channels and their handlers that the client did not pass, by channel.");
        Missed = meter.CreateCounter<long>("phoenixchannels.broadcasts.missed", "{broadcast}", "Broadcasts that a client missed because its protocol version cannot carry them.");
        Crashes = meter.CreateCounter<long>("phoenixchannels.crashes", "{crash}", "Channels that crashed, by channel.");
        Slow = meter.CreateCounter<long>("phoenixchannels.sockets.slow", "{socket}", "Connections closed because their client read too slowly.");
        Closes = meter.CreateCounter<long>("phoenixchannels.sockets.closed", "{socket}", "Connections ended with a Close frame of the server, by its code; 1000 answers the client's own.");
    }

    public UpDownCounter<long> Sockets { get; }

    public UpDownCounter<long> Channels { get; }

    public Counter<long> Connects { get; }

    public Counter<long> Joins { get; }

    public UpDownCounter<long> Polls { get; }

    public Counter<long> Received { get; }

    public Counter<long> Malformed { get; }

    public Counter<long> Dropped { get; }

    public Counter<long> InvalidPayloads { get; }

    public Counter<long> Unauthorized { get; }

    public Counter<long> Missed { get; }

    public Counter<long> Crashes { get; }

    public Counter<long> Slow { get; }

    public Counter<long> Closes { get; }
}
