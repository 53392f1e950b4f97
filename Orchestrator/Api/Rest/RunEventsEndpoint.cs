using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Orchestrator.Access;
using Orchestrator.Api.OpenApi;
using Orchestrator.Limits;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Api.Rest;

/// <summary>
/// A run's events: as a stream that goes on until the run's last event, or as a page of what there is. A stream that
/// broke is continued from the header <c>Last-Event-ID</c>, as browsers do by themselves.
/// </summary>
internal static class RunEventsEndpoint
{
    /// <summary>Events in one page.</summary>
    public const int MaxPageSize = 1000;

    private const int DefaultPageSize = 200;

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/runs/{run_id}/events", GetAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("watch_run", "Watches a run")
        {
            Description = "Server-sent events: id is the version, data a RunEvent as JSON; comments in between keep the connection open. "
                + "Ends after the run's last event; 204 when there is nothing after it. With Accept: application/json, a page of what there is.",
            Response = RunEvent.Descriptor,
            ResponseMediaTypes = ["text/event-stream", "application/json"],
            Query =
            [
                ApiParameter.Integer("after", "Only events after this version. The header Last-Event-ID counts more.", 0, null),
                ApiParameter.Integer("page_size", $"For a page: 1 to {MaxPageSize}. Default: {DefaultPageSize}.", 1, MaxPageSize),
            ],
            Errors = [400, 404, 429, 503],
        });

    private static async Task GetAsync(
        HttpContext context, [FromRoute(Name = "run_id")] string runId, [FromServices] IRunEngine engine, [FromServices] CallerStreams streams,
        [FromServices] IOptions<RestOptions> options, [FromServices] TimeProvider time, [FromServices] IHostApplicationLifetime lifetime)
    {
        var query = new QueryReader(context, "after", "page_size");
        var pageSize = query.Number("page_size") ?? DefaultPageSize;
        if (pageSize is < 1 or > MaxPageSize)
            throw new RequestRefusedException(global::Grpc.Core.StatusCode.InvalidArgument, "INVALID_INPUT", $"page_size is {pageSize}; it must be 1 to {MaxPageSize}.", "page_size");
        var after = context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last
            ? QueryReader.ParseNumber("Last-Event-ID", last)
            : query.Number("after") ?? 0;
        RequestLimits.Check(new WatchRunRequest { RunId = runId, AfterVersion = after });

        var principal = Callers.Of(context);
        var run = await engine.GetAsync(runId, includeOutputs: false, principal, context.RequestAborted);
        if (WantsPage(context.Request))
        {
            await WritePageAsync(context, engine.WatchAsync(runId, after, principal, context.RequestAborted), run, after, pageSize);
            return;
        }

        var ended = run.Summary.Status.IsTerminal();
        if (ended && after >= run.Version)
        {
            // Tells a browser not to connect again.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        using var counted = streams.Open(principal);
        // A stream must not hold up the end of the process.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var stream = new EventStream(context.Response, TimeSpan.FromSeconds(options.Value.HeartbeatSeconds), time);
        try
        {
            await stream.WriteAsync(engine.WatchAsync(runId, after, principal, stop.Token), stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client, or this process, goes; the client continues from the last id that it has.
        }
    }

    private static bool WantsPage(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        return accepted.Any(type => type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            && !accepted.Any(type => type.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase));
    }

    private static async Task WritePageAsync(HttpContext context, IAsyncEnumerable<RunEvent> events, Run run, long after, long pageSize)
    {
        var text = new StringBuilder("""{"events":[""");
        var last = after;
        var count = 0;
        if (after < run.Version)
        {
            await foreach (var e in events)
            {
                text.Append(count++ > 0 ? "," : "").Append(ProtoBody.ToJson(e));
                last = e.Version;
                if (last >= run.Version || count >= pageSize)
                    break;
            }
        }

        var complete = run.Summary.Status.IsTerminal() && last >= run.Version;
        // Versions are text, as everywhere in proto3 JSON.
        text.Append($$"""],"last_version":"{{last}}","complete":{{(complete ? "true" : "false")}}}""");
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }
}
