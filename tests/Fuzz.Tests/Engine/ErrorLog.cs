using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Fuzz.Tests.Engine;

/// <summary>What a process logs as an error of its own: input of others must never be the reason.</summary>
internal sealed class ErrorLog : ILoggerProvider
{
    private const int KestrelFlood = 60;
    private readonly ConcurrentQueue<string> _errors = new();

    public ILogger CreateLogger(string categoryName) => new Catching(categoryName, _errors);

    public void Dispose()
    {
    }

    /// <summary>Checks that nothing was logged as an error since the last look.</summary>
    public void ShouldBeEmpty()
    {
        var all = _errors.ToArray();
        _errors.Clear();
        all.ShouldBeEmpty();
    }

    private sealed class Catching(string category, ConcurrentQueue<string> errors) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // Kestrel tells so that it has hung up on somebody who floods it with frames.
            var isFlood = eventId.Id == KestrelFlood && category == "Microsoft.AspNetCore.Server.Kestrel.Http2";
            if (IsEnabled(logLevel) && !isFlood)
                errors.Enqueue($"{category}: {formatter(state, exception)} {exception}");
        }
    }
}
