using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Console;

/// <summary>Settings of the console: the section <c>Console</c>.</summary>
internal sealed class ConsoleOptions
{
    /// <summary>Where traces are shown, with <c>{trace_id}</c> in it, e.g. <c>http://localhost:18888/traces/detail/{trace_id}</c>. Null: trace ids are no links.</summary>
    [RegularExpression(@"^https?://.*\{trace_id\}.*$", ErrorMessage = "Console:TraceLink must begin with http:// or https:// and hold {trace_id}.", MatchTimeoutInMilliseconds = 1000)]
    public string? TraceLink { get; set; }

    /// <summary>Where a trace is shown; null: nowhere.</summary>
    public string? TraceUrl(string traceId) => TraceLink is null || traceId.Length == 0 ? null : TraceLink.Replace("{trace_id}", Uri.EscapeDataString(traceId), StringComparison.Ordinal);
}
