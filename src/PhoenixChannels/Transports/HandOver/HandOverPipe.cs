using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace PhoenixChannels.Transports;

/// <summary>
/// A connection's pipe while HTTP has it. Once a socket has been handed over to, the connection is not ended when HTTP ends with it, but goes on as the socket's.
/// </summary>
internal sealed class HandOverPipe : IDuplexPipe
{
    readonly Reader _input;
    readonly Writer _output;

    HandOverPipe(IDuplexPipe pipe)
    {
        _input = new(pipe.Input, this);
        _output = new(pipe.Output, this);
    }

    public PipeReader Input => _input;

    public PipeWriter Output => _output;

    /// <summary>What takes the connection over; null while it is HTTP's.</summary>
    HandedOverSocket? Taker { get; set; }

    /// <summary>Gives a connection to HTTP, and to the socket that it was handed over to, if it was.</summary>
    public static Task RunAsync(ConnectionContext connection, ConnectionDelegate http) => connection.Transport is HandOverPipe
        ? http(connection)          // the defaults of all endpoints and this one's own settings both ask for it
        : PipeFrameConnection.RunAsync(StartAsync(connection, http));

    /// <summary>The pipe of a request's connection, if HTTP has nothing between itself and that.</summary>
    public static HandOverPipe? Of(HttpContext context) => context.Features.Get<IConnectionTransportFeature>()?.Transport as HandOverPipe;

    /// <summary>Hands the connection over as soon as HTTP is done with it. The response has been sent.</summary>
    public void HandOver(HandedOverSocket taker) => Taker = taker;

    /// <summary>Gives the connection to HTTP, and then starts the socket that it was handed over to.</summary>
    static async ValueTask<PipeFrameConnection?> StartAsync(ConnectionContext connection, ConnectionDelegate http)
    {
        var transport = connection.Transport;
        var heartbeat = connection.Features.Get<IConnectionHeartbeatFeature>();
        var pipe = new HandOverPipe(transport);
        var httpHeartbeat = heartbeat is null ? null : new HttpHeartbeat(heartbeat);
        connection.Transport = pipe;
        if (httpHeartbeat is not null) connection.Features.Set<IConnectionHeartbeatFeature>(httpHeartbeat);
        try
        {
            await http(connection).ConfigureAwait(false);
        }
        catch when (pipe.Taker is not null)
        {
            await pipe.Taker.AbandonAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            // What is left of HTTP's must not hang on the connection.
            connection.Transport = transport;
            if (httpHeartbeat is not null) connection.Features.Set(heartbeat);
            httpHeartbeat?.End();
        }

        return pipe.Taker?.Start(connection);
    }

    sealed class Reader(PipeReader reader, HandOverPipe pipe) : PipeReader
    {
        public override void AdvanceTo(SequencePosition consumed) => reader.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => reader.AdvanceTo(consumed, examined);

        public override void CancelPendingRead()
        {
            if (pipe.Taker is null) reader.CancelPendingRead();
        }

        public override void Complete(Exception? exception = null)
        {
            if (pipe.Taker is null) reader.Complete(exception);
        }

        public override ValueTask CompleteAsync(Exception? exception = null) => pipe.Taker is null ? reader.CompleteAsync(exception) : default;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => reader.ReadAsync(cancellationToken);

        public override bool TryRead(out ReadResult result) => reader.TryRead(out result);

        protected override ValueTask<ReadResult> ReadAtLeastAsyncCore(int minimumSize, CancellationToken cancellationToken) => reader.ReadAtLeastAsync(minimumSize, cancellationToken);
    }

    sealed class Writer(PipeWriter writer, HandOverPipe pipe) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => writer.CanGetUnflushedBytes;

        public override long UnflushedBytes => writer.UnflushedBytes;

        public override void Advance(int bytes) => writer.Advance(bytes);

        public override void CancelPendingFlush()
        {
            if (pipe.Taker is null) writer.CancelPendingFlush();
        }

        public override void Complete(Exception? exception = null)
        {
            if (pipe.Taker is null) writer.Complete(exception);
        }

        public override ValueTask CompleteAsync(Exception? exception = null) => pipe.Taker is null ? writer.CompleteAsync(exception) : default;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => writer.FlushAsync(cancellationToken);

        public override Memory<byte> GetMemory(int sizeHint = 0) => writer.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => writer.GetSpan(sizeHint);

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) => writer.WriteAsync(source, cancellationToken);
    }

    /// <summary>The server's heartbeat for HTTP's time-outs. Callbacks cannot be taken back from the server, and would keep all of HTTP in memory.</summary>
    sealed class HttpHeartbeat(IConnectionHeartbeatFeature heartbeat) : IConnectionHeartbeatFeature
    {
        (Action<object> Action, object State)[] _callbacks = [];

        public void OnHeartbeat(Action<object> action, object state)
        {
            if (_callbacks.Length == 0) heartbeat.OnHeartbeat(static self => ((HttpHeartbeat)self).Tick(), this);
            _callbacks = [.. _callbacks, (action, state)];
        }

        public void End() => Volatile.Write(ref _callbacks, []);

        void Tick()
        {
            foreach (var (action, state) in Volatile.Read(ref _callbacks)) action(state);
        }
    }
}
