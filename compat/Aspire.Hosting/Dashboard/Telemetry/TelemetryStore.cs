using Otlp;

namespace Aspire.Hosting.Dashboard.Telemetry;

/// <summary>The newest traces and log lines. What is kept is bounded, whatever is sent: the oldest goes first.</summary>
internal sealed class TelemetryStore
{
    public const int MaxTraces = 1000;
    public const int MaxSpansOfTrace = 5000;
    public const int MaxSpans = 50_000;
    public const int MaxLogs = 10_000;

    /// <summary>Bytes that all spans may take, about; the same again for what was logged.</summary>
    public const long MaxBytes = 64L * 1024 * 1024;

    private const long MaxBytesOfTrace = MaxBytes / 4;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<KeptTrace>> _traces = new(StringComparer.Ordinal);
    private readonly LinkedList<KeptTrace> _order = new();
    private readonly Queue<LogEntry> _logs = new();
    private int _spans;
    private long _spanBytes;
    private long _logBytes;

    /// <summary>Spans that are kept.</summary>
    public int Spans
    {
        get
        {
            lock (_gate)
                return _spans;
        }
    }

    /// <summary>Bytes that what is kept takes, about: of spans and of what was logged.</summary>
    public (long Spans, long Logs) Bytes
    {
        get
        {
            lock (_gate)
                return (_spanBytes, _logBytes);
        }
    }

    public void Add(ExportTraceServiceRequest request)
    {
        foreach (var resource in request.ResourceSpans)
        {
            foreach (var span in resource.ScopeSpans.SelectMany(scope => scope.Spans))
                Add(SpanRecord.Of(resource.Resource, span));
        }
    }

    public void Add(ExportLogsServiceRequest request)
    {
        foreach (var resource in request.ResourceLogs)
        {
            foreach (var record in resource.ScopeLogs.SelectMany(scope => scope.LogRecords))
            {
                var entry = LogEntry.Of(resource.Resource, record);
                lock (_gate)
                {
                    _logs.Enqueue(entry);
                    _logBytes += entry.Bytes;
                    while (_logs.Count > MaxLogs || _logBytes > MaxBytes)
                        _logBytes -= _logs.Dequeue().Bytes;
                }
            }
        }
    }

    /// <summary>Traces, those first that heard of something last.</summary>
    public IReadOnlyList<TraceSummary> Traces()
    {
        lock (_gate)
            return [.. _order.Select(trace => TraceSummary.Of(trace.Id, trace.Spans))];
    }

    /// <summary>The spans of a trace, and what was logged in it; empty: it is not kept.</summary>
    public (IReadOnlyList<SpanRecord> Spans, IReadOnlyList<LogEntry> Logs) Trace(string id)
    {
        lock (_gate)
        {
            return _traces.TryGetValue(id, out var node)
                ? ([.. node.Value.Spans], [.. _logs.Where(log => log.TraceId == id)])
                : ([], []);
        }
    }

    /// <summary>The newest log lines, newest first.</summary>
    public IReadOnlyList<LogEntry> Logs(int most, Func<LogEntry, bool> wanted)
    {
        lock (_gate)
            return [.. _logs.Reverse().Where(wanted).Take(most)];
    }

    private void Add(SpanRecord span)
    {
        if (span.TraceId.Length != 32 || span.Id.Length != 16)
            return;

        lock (_gate)
        {
            if (_traces.TryGetValue(span.TraceId, out var node))
                _order.Remove(node);
            else
                _traces.Add(span.TraceId, node = new LinkedListNode<KeptTrace>(new KeptTrace(span.TraceId, [])));
            _order.AddFirst(node);
            if (node.Value.Spans.Count < MaxSpansOfTrace && node.Value.Bytes < MaxBytesOfTrace)
            {
                node.Value.Spans.Add(span);
                _spans++;
                node.Value.Bytes += span.Bytes;
                _spanBytes += span.Bytes;
            }

            while ((_traces.Count > MaxTraces || _spans > MaxSpans || _spanBytes > MaxBytes) && _order.Last is { } oldest && oldest != node)
            {
                _order.RemoveLast();
                _traces.Remove(oldest.Value.Id);
                _spans -= oldest.Value.Spans.Count;
                _spanBytes -= oldest.Value.Bytes;
            }
        }
    }

    private sealed record KeptTrace(string Id, List<SpanRecord> Spans)
    {
        public long Bytes { get; set; }
    }
}

/// <summary>A trace in a list.</summary>
internal sealed record TraceSummary(string Id, string Name, DateTimeOffset Start, TimeSpan Duration, int Spans, int Errors, IReadOnlyList<string> Services, string Run)
{
    public static TraceSummary Of(string id, IReadOnlyList<SpanRecord> spans)
    {
        var start = spans.Min(span => span.Start);
        var ids = spans.Select(span => span.Id).ToHashSet(StringComparer.Ordinal);
        // What tells most: the run's own span, else the one that nothing is above.
        var head = spans.FirstOrDefault(span => span["gen_ai.operation.name"] == "invoke_workflow")
            ?? spans.Where(span => !ids.Contains(span.ParentId)).MinBy(span => span.Start) ?? spans[0];
        return new TraceSummary(
            id, head.Name, start, spans.Max(span => span.Start + span.Duration) - start, spans.Count, spans.Count(span => span.Failed),
            [.. spans.Select(span => span.Service).Distinct().Order(StringComparer.Ordinal)], spans.Select(span => span["agents.run"]).FirstOrDefault(run => run is not null) ?? "");
    }
}
