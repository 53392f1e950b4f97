using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>What the resources write, live, and what they report by OTLP.</summary>
internal static partial class LogPages
{
    private const int Shown = 500;

    public static void Map(IEndpointRouteBuilder app, ResourceCatalog resources, TelemetryStore store)
    {
        app.MapGet("/consolelogs", context => Layout.WriteAsync(context, "Console logs", "/consolelogs", Html.Of($"""
            <ul class="choices">{resources.All().Select(resource => Html.Of($"""<li><a href="/consolelogs/{resource.ResourceId}">{resource.ResourceId}</a></li>"""))}</ul>
            """)));
        app.MapGet("/consolelogs/{id}", context => ConsoleAsync(context, resources));
        app.MapGet("/api/consolelogs/{id}", (string id, CancellationToken ct) => TypedResults.ServerSentEvents(LinesAsync(resources, id, ct)));
        app.MapGet("/structuredlogs", context => Layout.WriteAsync(context, "Structured logs", "/structuredlogs", Structured(store, Filter(context))));
    }

    private static string Filter(HttpContext context) => context.Request.Query["filter"].ToString().Trim();

    private static Task ConsoleAsync(HttpContext context, ResourceCatalog resources)
    {
        var id = (string)context.GetRouteValue("id")!;
        if (resources.Find(id) is null)
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Layout.WriteAsync(context, $"Console log of {id}", "", Html.Of($"""
            <p><a href="/resources/{id}">Resource</a> <label><input type="checkbox" id="follow" checked> follow</label></p>
            <pre id="log" class="log" role="log" aria-label="Console log of {id}" tabindex="0" data-stream="/api/consolelogs/{id}"></pre>
            """));
    }

    private static async IAsyncEnumerable<SseItem<string>> LinesAsync(ResourceCatalog resources, string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (resources.Find(id) is null)
            yield break;
        await foreach (var batch in resources.LogsAsync(id).WithCancellation(cancellationToken))
            yield return new SseItem<string>(JsonSerializer.Serialize(batch.Select(Line)));
    }

    // Colours of terminals are none of a page's.
    private static object Line(LogLine line) => new { number = line.LineNumber, text = Colours().Replace(line.Content, ""), error = line.IsErrorMessage };

    private static Html Structured(TelemetryStore store, string filter)
    {
        var entries = store.Logs(Shown, entry => filter.Length == 0 || Matches(entry, filter));
        return Html.Of($"""
            <form method="get" action="/structuredlogs" class="filter"><label>Text, service, severity, run or trace <input type="search" name="filter" value="{filter}"></label><button>Filter</button></form>
            {(entries.Count == 0 ? Html.Of($"""<p class="quiet">Nothing was reported{(filter.Length > 0 ? " that fits" : " yet")}.</p>""") : Table(entries))}
            """);
    }

    public static Html Table(IReadOnlyList<LogEntry> entries) => Html.Of($"""
        <div class="scroll" role="region" aria-label="Log entries" tabindex="0"><table><caption class="hidden">Log entries</caption>
        <thead><tr><th scope="col">Time</th><th scope="col">From</th><th scope="col">Severity</th><th scope="col">Text</th><th scope="col">Trace</th></tr></thead>
        <tbody>{entries.Select(entry => Html.Of($"""
            <tr><td>{Layout.Time(entry.Time)}</td><td>{entry.Service}</td><td><span class="badge {Style(entry.Severity)}">{entry.Severity}</span></td>
            <td class="text">{entry.Text}{(entry.Attributes.Count == 0 ? Html.Empty : Html.Of($"<details><summary>Attributes</summary>{Attributes(entry.Attributes)}</details>"))}</td>
            <td>{(entry.TraceId.Length == 0 ? Html.Empty : Html.Of($"""<a href="/traces/detail/{entry.TraceId}">{entry.TraceId[..8]}</a>"""))}</td></tr>
            """))}</tbody></table></div>
        """);

    public static Html Attributes(IReadOnlyList<KeyValuePair<string, string>> attributes) =>
        Html.Of($"<dl>{attributes.Select(pair => Html.Of($"<dt>{pair.Key}</dt><dd>{Secrets.Show(SecretPart(pair.Key), pair.Value)}</dd>"))}</dl>");

    // gen_ai.usage.input_tokens is no secret.
    private static string SecretPart(string key) => key.StartsWith("gen_ai.", StringComparison.Ordinal) ? "" : key;

    private static string Style(string severity) => severity.ToUpperInvariant() switch
    {
        "ERROR" or "FATAL" or "CRITICAL" => "error",
        "WARN" or "WARNING" => "warning",
        _ => "info",
    };

    private static bool Matches(LogEntry entry, string filter) =>
        entry.Text.Contains(filter, StringComparison.OrdinalIgnoreCase) || entry.Service.Contains(filter, StringComparison.OrdinalIgnoreCase)
        || entry.Severity.Equals(filter, StringComparison.OrdinalIgnoreCase) || entry.TraceId == filter || entry.Attributes.Any(pair => pair.Value == filter);

    [GeneratedRegex("\u001b\\[[0-9;]*m", RegexOptions.NonBacktracking)]
    private static partial Regex Colours();
}
