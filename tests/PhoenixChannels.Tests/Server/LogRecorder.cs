using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PhoenixChannels.Tests.Server;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogRecorder : ILoggerProvider
{
    readonly ConcurrentQueue<(LogLevel Level, string Category, string Text)> _entries = new();

    public IEnumerable<(LogLevel Level, string Category, string Text)> Entries => _entries;

    /// <summary>What this library has logged.</summary>
    public IEnumerable<string> OfChannels => _entries.Where(entry => entry.Category.StartsWith("PhoenixChannels", StringComparison.Ordinal)).Select(entry => entry.Text);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    sealed class Logger(LogRecorder recorder, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            recorder._entries.Enqueue((logLevel, category, $"{formatter(state, exception)}{(exception is null ? "" : $" {exception}")}"));
    }
}
