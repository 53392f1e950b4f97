using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Local;

/// <summary>The log of one running copy: its last lines, and who wants the next ones.</summary>
internal sealed class ResourceLog
{
    private const int Kept = 2000;
    private readonly Lock _gate = new();
    private readonly Queue<LogLine> _lines = new();
    private readonly List<(Action<LogLine> Next, Action End)> _watchers = [];
    private bool _completed;
    private int _number;

    public void Append(string content, bool isError)
    {
        lock (_gate)
        {
            var line = new LogLine(++_number, content, isError);
            _lines.Enqueue(line);
            if (_lines.Count > Kept)
                _lines.Dequeue();
            foreach (var watcher in _watchers)
                watcher.Next(line);
        }
    }

    public string[] Tail(int count)
    {
        lock (_gate)
            return [.. _lines.TakeLast(count).Select(l => l.Content)];
    }

    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            foreach (var watcher in _watchers)
                watcher.End();
            _watchers.Clear();
        }
    }

    public IDisposable Subscribe(Action<LogLine> next, Action end)
    {
        lock (_gate)
        {
            foreach (var line in _lines)
                next(line);
            if (_completed)
            {
                end();
                return new Subscription(() => { });
            }

            var watcher = (next, end);
            _watchers.Add(watcher);
            return new Subscription(() =>
            {
                lock (_gate)
                    _watchers.Remove(watcher);
            });
        }
    }

    private sealed class Subscription(Action dispose) : IDisposable
    {
        public void Dispose() => dispose();
    }
}

/// <summary>Writes messages of the host itself into a resource's log.</summary>
internal sealed class ResourceLogger(ResourceLog log) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = formatter(state, exception);
        log.Append(exception is null ? text : $"{text} {exception}", logLevel >= LogLevel.Error);
    }
}
