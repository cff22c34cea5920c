using System.Diagnostics.Metrics;
using PhoenixChannels.Connections;

namespace PhoenixChannels.Diagnostics;

/// <summary>The meter <c>PhoenixChannels</c>. Tags name route patterns, never topics.</summary>
internal sealed class ChannelsMetrics
{
    public const string MeterName = "PhoenixChannels";

    // What OpenTelemetry's conventions advise for the durations of requests.
    static readonly InstrumentAdvice<double> s_seconds = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] };

    public ChannelsMetrics(IMeterFactory factory, SocketServer server, TimeProvider time)
    {
        var meter = factory.Create(MeterName);
        Sockets = meter.CreateUpDownCounter<long>("phoenixchannels.sockets", "{socket}", "Connections that are open.");
        Channels = meter.CreateUpDownCounter<long>("phoenixchannels.channels", "{channel}", "Channels that are joined or joining.");
        Connects = meter.CreateCounter<long>("phoenixchannels.connects", "{connect}", "Handshakes, by result.");
        Joins = meter.CreateCounter<long>("phoenixchannels.joins", "{join}", "Joins, by channel and result.");
        JoinDuration = meter.CreateHistogram("phoenixchannels.join.duration", "s", "How long channels took to decide on joins, by channel and result.", tags: null, s_seconds);
        HandleInDuration = meter.CreateHistogram("phoenixchannels.handle_in.duration", "s", "How long channels took to handle events of clients, by channel and result.", tags: null, s_seconds);
        Polls = meter.CreateUpDownCounter<long>("phoenixchannels.longpoll.polls", "{poll}", "Polls that wait for something to come.");
        Forwarded = meter.CreateUpDownCounter<long>("phoenixchannels.longpoll.forwarded", "{request}", "Long-poll requests that wait for the answer of another node, which has their session.");
        ForwardFailures = meter.CreateCounter<long>("phoenixchannels.longpoll.forward_failures", "{request}", "Long-poll requests that another node did not answer, by reason.");
        Unreadable = meter.CreateCounter<long>("phoenixchannels.longpoll.unreadable", "{message}", "Messages of other nodes about long-poll sessions in an unknown version, or damaged.");
        Received = meter.CreateCounter<long>("phoenixchannels.messages.received", "{message}", "Messages received from clients.");
        Malformed = meter.CreateCounter<long>("phoenixchannels.messages.malformed", "{message}", "Messages that could not be read; each closed its connection with 1011.");
        Dropped = meter.CreateCounter<long>("phoenixchannels.messages.dropped", "{message}", "Messages that were not handled or not sent: of a stale join, for a full mailbox, of a channel that had ended; by reason.");
        InvalidPayloads = meter.CreateCounter<long>("phoenixchannels.messages.invalid", "{message}", "Messages whose payload had another shape than the handler expected, by channel.");
        Unauthorized = meter.CreateCounter<long>("phoenixchannels.unauthorized", "{check}", "Authorization checks of channels and their handlers that the client did not pass, by channel.");
        Missed = meter.CreateCounter<long>("phoenixchannels.broadcasts.missed", "{broadcast}", "Broadcasts that a client missed because its protocol version cannot carry them.");
        Crashes = meter.CreateCounter<long>("phoenixchannels.crashes", "{crash}", "Crashes of channels, by channel.");
        ThreadPoolRaises = meter.CreateCounter<long>("phoenixchannels.thread_pool.raises", "{raise}", "Times that the thread-pool guard raised the minimum of threads, since work waited and none was finished.");
        Slow = meter.CreateCounter<long>("phoenixchannels.slow_sockets", "{socket}", "Connections closed because their client read too slowly.");
        Closes = meter.CreateCounter<long>("phoenixchannels.closed_sockets", "{socket}", "Connections ended with a Close frame of the server, by its code; 1000 answers the client's own.");

        var queues = new QueueSizes(server, time);
        meter.CreateObservableUpDownCounter("phoenixchannels.outbox.size", () => queues.Now.OutboxBytes, "By", "Bytes that wait to be sent, over all sockets.");
        meter.CreateObservableGauge("phoenixchannels.outbox.largest", () => queues.Now.LargestOutbox, "By", "Bytes that wait to be sent to the socket for which most wait.");
        meter.CreateObservableUpDownCounter("phoenixchannels.mailbox.messages", () => queues.Now.Messages, "{message}", "Messages that wait to be handled, over all channels.");
        meter.CreateObservableGauge("phoenixchannels.mailbox.longest", () => queues.Now.LongestMailbox, "{message}", "Messages that wait for the channel for which most wait.");
    }

    public UpDownCounter<long> Sockets { get; }

    public UpDownCounter<long> Channels { get; }

    public Counter<long> Connects { get; }

    public Counter<long> Joins { get; }

    public Histogram<double> JoinDuration { get; }

    public Histogram<double> HandleInDuration { get; }

    public UpDownCounter<long> Polls { get; }

    public UpDownCounter<long> Forwarded { get; }

    public Counter<long> ForwardFailures { get; }

    public Counter<long> Unreadable { get; }

    public Counter<long> Received { get; }

    public Counter<long> Malformed { get; }

    public Counter<long> Dropped { get; }

    public Counter<long> InvalidPayloads { get; }

    public Counter<long> Unauthorized { get; }

    public Counter<long> Missed { get; }

    public Counter<long> Crashes { get; }

    public Counter<long> ThreadPoolRaises { get; }

    public Counter<long> Slow { get; }

    public Counter<long> Closes { get; }
}
