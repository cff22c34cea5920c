using Microsoft.Extensions.Logging;
using PhoenixChannels.Mailboxes;
using PhoenixChannels.Topics;

namespace PhoenixChannels;

/// <summary>A handler's subscription to a topic, from <see cref="PubSub.Subscribe"/> until it is disposed.</summary>
public sealed partial class Subscription : IDisposable
{
    readonly PubSub _pubSub;
    readonly HandlerMailbox _mailbox;

    internal Subscription(PubSub pubSub, string topic, Func<Broadcast, CancellationToken, ValueTask> handler, SubscribeOptions options, ILogger logger)
    {
        _pubSub = pubSub;
        Topic = topic;
        _mailbox = new(handler, options, pubSub, logger);
        Subscriber = new HandlerSubscriber(_mailbox);
    }

    /// <summary>The topic.</summary>
    public string Topic { get; }

    internal Subscriber Subscriber { get; }

    /// <summary>Ends the subscription: what waits is dropped. A handler that runs goes on to its end; its token is cancelled.</summary>
    public void Dispose()
    {
        _pubSub.Registry.Unsubscribe(Topic, Subscriber);
        _mailbox.End();
    }

    sealed class HandlerSubscriber(HandlerMailbox mailbox) : Subscriber
    {
        public override void Deliver(Delivery delivery) => mailbox.Take(delivery.Broadcast);
    }

    sealed class BroadcastLetter(Broadcast broadcast) : Letter
    {
        public Broadcast Broadcast => broadcast;
    }

    sealed partial class HandlerMailbox(Func<Broadcast, CancellationToken, ValueTask> handler, SubscribeOptions options, PubSub pubSub, ILogger logger) : Mailbox
    {
        readonly CancellationTokenSource _ended = new();
        int _lost;

        public void Take(Broadcast broadcast)
        {
            if (TryPost(new BroadcastLetter(broadcast), options.Capacity)) return;
            Interlocked.Increment(ref _lost);
            pubSub.Metrics.Lost.Add(1);
        }

        public void End() => _ended.Cancel();

        protected override async ValueTask HandleAsync(Letter letter)
        {
            if (_ended.IsCancellationRequested) return;
            var lost = Interlocked.Exchange(ref _lost, 0);
            if (lost > 0) ReportLost(lost);
            try
            {
                await handler(((BroadcastLetter)letter).Broadcast, _ended.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_ended.IsCancellationRequested)
            {
                // The subscription has ended while the handler ran.
            }
#pragma warning disable CA1031 // The handler is the application's: its failure must not end the subscription.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Failed(e);
            }
        }

        protected override void OnUnhandled(Exception exception) => Failed(exception);

        void ReportLost(int lost)
        {
            try
            {
                options.OnLost?.Invoke(lost);
            }
#pragma warning disable CA1031 // The application's as well: its failure must not cost the broadcast that comes next.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Failed(e);
            }
        }

        void Failed(Exception exception)
        {
            pubSub.Metrics.HandlerFailures.Add(1);
            LogHandlerFailed(logger, exception);
        }

        [LoggerMessage(1, LogLevel.Error, "A subscription's handler threw; the next broadcast is handled.")]
        static partial void LogHandlerFailed(ILogger logger, Exception exception);
    }
}
