using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Agents.Testing;

/// <summary>Keeps what an agent logs.</summary>
public sealed class AgentLog : ILoggerProvider
{
    /// <summary>Level and text (with the exception, if there is one) of each line, oldest first.</summary>
    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(Lines);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Logger(ConcurrentQueue<(LogLevel Level, string Text)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((logLevel, formatter(state, exception) + (exception is null ? "" : $" | {exception}")));
    }
}
