using System.Globalization;
using Aspire.Hosting.Dashboard.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>Traces as a list, and each as a waterfall with attributes and what was logged.</summary>
internal static class TracePages
{
    private const int Shown = 200;

    /// <param name="console">Where the page of a run is, <c>{0}</c> for its id; null: nowhere.</param>
    public static void Map(IEndpointRouteBuilder app, TelemetryStore store, Func<string?> console)
    {
        app.MapGet("/traces", context => Layout.WriteAsync(context, "Traces", "/traces", List(store, context.Request.Query["filter"].ToString().Trim())));
        app.MapGet("/traces/detail/{id}", context => ShowAsync(context, store, console()));
    }

    private static Html List(TelemetryStore store, string filter)
    {
        var all = store.Traces();
        var traces = all.Where(trace => filter.Length == 0 || Matches(trace, filter)).Take(Shown).ToList();
        return Html.Of($"""
            <form method="get" action="/traces" class="filter"><label>Name, service, run or trace <input type="search" name="filter" value="{filter}"></label><button>Filter</button></form>
            {(traces.Count == 0 ? Html.Of($"""<p class="quiet">No traces{(filter.Length > 0 ? " that fit" : " yet")}.</p>""") : Html.Of($"""
            <div class="scroll" role="region" aria-label="Traces" tabindex="0"><table><caption class="hidden">Traces, the newest first</caption>
            <thead><tr><th scope="col">Begun</th><th scope="col">Name</th><th scope="col">Services</th><th scope="col">Spans</th><th scope="col">Duration</th></tr></thead>
            <tbody>{traces.Select(Row)}</tbody></table></div>
            """))}
            """);
    }

    private static Html Row(TraceSummary trace) => Html.Of($"""
        <tr><td>{Layout.Time(trace.Start)}</td><th scope="row"><a href="/traces/detail/{trace.Id}">{trace.Name}</a> <span class="quiet">{trace.Id[..8]}</span></th>
        <td>{string.Join(", ", trace.Services)}</td><td>{trace.Spans}{(trace.Errors == 0 ? Html.Empty : Html.Of($""" <span class="badge error">{trace.Errors} failed</span>"""))}</td>
        <td>{Layout.Duration(trace.Duration)}</td></tr>
        """);

    private static bool Matches(TraceSummary trace, string filter) =>
        trace.Name.Contains(filter, StringComparison.OrdinalIgnoreCase) || trace.Id == filter || trace.Run == filter
        || trace.Services.Any(service => service.Contains(filter, StringComparison.OrdinalIgnoreCase));

    private static Task ShowAsync(HttpContext context, TelemetryStore store, string? console)
    {
        var (spans, logs) = store.Trace((string)context.GetRouteValue("id")!);
        if (spans.Count == 0)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Layout.WriteAsync(context, "No such trace", "/traces", Html.Of($"""<p>Only the newest {TelemetryStore.MaxTraces} are kept. <a href="/traces">All traces</a></p>"""));
        }

        var summary = TraceSummary.Of(spans[0].TraceId, spans);
        var bySpan = logs.ToLookup(log => log.SpanId);
        var runs = spans.Select(span => span["agents.run"]).OfType<string>().Distinct().Take(20);
        return Layout.WriteAsync(context, summary.Name, "", Html.Of($"""
            <dl class="facts"><dt>Trace</dt><dd><code>{summary.Id}</code></dd><dt>Begun</dt><dd>{Layout.Time(summary.Start)}</dd><dt>Duration</dt><dd>{Layout.Duration(summary.Duration)}</dd>
            <dt>Spans</dt><dd>{summary.Spans}, {summary.Errors} failed</dd><dt>Services</dt><dd>{string.Join(", ", summary.Services)}</dd>
            {(console is null ? Html.Empty : Html.Of($"""<dt>Runs</dt><dd>{runs.Select(run => Html.Of($"""<a href="{string.Format(CultureInfo.InvariantCulture, console, Uri.EscapeDataString(run))}">{run}</a> """))}</dd>"""))}</dl>
            <ol class="waterfall" aria-label="Spans">{Waterfall(spans, bySpan)}</ol>
            {(bySpan[""].Any() ? Html.Of($"<h2>Logged outside of spans</h2>{LogPages.Table([.. bySpan[""]])}") : Html.Empty)}
            """));
    }

    private static Html Waterfall(IReadOnlyList<SpanRecord> spans, ILookup<string, LogEntry> logs) =>
        Html.Join(WaterfallRow.Of(spans).Select((row, index) => Html.Of($"""
            <li class="depth-{Math.Min(row.Depth, 12)}"><details id="span-{row.Span.Id}"><summary><span class="name">{(row.Span.Failed ? Html.Of($"""<span class="badge error">failed</span> """) : Html.Empty)}{row.Span.Name} <span class="quiet">{row.Span.Service}</span></span>
            <svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true"><rect class="{(row.Span.Failed ? "failed" : Kind(row.Span))}" x="{Math.Min(row.Offset, 998):0.#}" y="1" width="{row.Width:0.#}" height="8"></rect></svg>
            <span class="duration">{Layout.Duration(row.Span.Duration)}</span></summary>{Details(row.Span, logs[row.Span.Id].ToList())}</details></li>
            """)));

    private static string Kind(SpanRecord span) => span["gen_ai.operation.name"] switch
    {
        "chat" => "model",
        "execute_tool" => "tool",
        "invoke_agent" or "invoke_workflow" or "plan" => "agent",
        _ => "other",
    };

    private static Html Details(SpanRecord span, List<LogEntry> logs) => Html.Of($"""
        <div class="details"><dl><dt>Begun</dt><dd>{Layout.Time(span.Start)}</dd><dt>Kind</dt><dd>{span.Kind}</dd><dt>From</dt><dd>{span.Service} {span.Instance}</dd>
        {(span.StatusText.Length == 0 ? Html.Empty : Html.Of($"<dt>Status</dt><dd>{span.StatusText}</dd>"))}
        {span.Links.Select(link => Html.Of($"""<dt>Linked to</dt><dd><a href="/traces/detail/{link.TraceId}#span-{link.SpanId}">{link.SpanId}</a></dd>"""))}
        {span.Events.Select(e => Html.Of($"<dt>Event</dt><dd>{Layout.Time(e.Time)} {e.Name}</dd>"))}</dl>
        <h3>Attributes</h3>{LogPages.Attributes(span.Attributes)}
        {(logs.Count == 0 ? Html.Empty : Html.Of($"<h3>Logged meanwhile</h3>{LogPages.Table(logs)}"))}</div>
        """);
}
