using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api.OpenApi;
using Orchestrator.Audit;
using Orchestrator.Limits;
using Protos.V1;

namespace Orchestrator.Api.Rest;

/// <summary>The history of runs: search, verify, export.</summary>
internal static class AuditEndpoints
{
    /// <summary>Of every list of events.</summary>
    public static readonly ApiParameter[] Paging =
    [
        ApiParameter.Integer("page_size", $"1 to {RequestLimits.MaxPageSize}. Default: 50.", 0, RequestLimits.MaxPageSize),
        ApiParameter.Text("page_token", "next_page_token of the previous answer."),
    ];

    /// <summary>All that are given must hold.</summary>
    public static readonly ApiParameter[] Filters =
    [
        ApiParameter.Text("run", "Only events of this run."),
        ApiParameter.Text("agent", "Only events of tasks that were given to this role or instance."),
        ApiParameter.Text("tool", "Only events about this tool."),
        ApiParameter.Text("text", "Only events that hold this text, upper and lower case alike."),
    ];

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/audit/events", SearchAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("search_events", "Searches the events of a run, or of all, newest run first")
        {
            Description = $"One call looks at no more than {EventSearch.MaxScanned} events; next_page_token may be set though nothing was found, and goes on from there.",
            Response = SearchEventsResponse.Descriptor,
            Query = [ApiParameter.Text("kind", "Only events of this kind, e.g. tool_called; several by commas."), .. Filters, .. Paging],
            Errors = [400, 404, 503],
        });
        api.MapGet("/runs/{run_id}/audit", VerifyAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("verify_run", "Tells whether the log of a run is as it was written")
        {
            Response = AuditReport.Descriptor,
            Errors = [400, 404, 503],
        });
        api.MapGet("/runs/{run_id}/audit/export", ExportAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("export_run", "Downloads the log of a run as it is stored, then its signed head")
        {
            Description = "JSON Lines: each line is one answer.",
            Response = ExportRunResponse.Descriptor,
            ResponseMediaTypes = ["application/jsonl"],
            Errors = [400, 404, 503],
        });
    }

    /// <summary>Everything but the kinds.</summary>
    public static SearchEventsRequest Read(QueryReader query) => new()
    {
        RunId = query.Text("run"),
        Agent = query.Text("agent"),
        Tool = query.Text("tool"),
        Text = query.Text("text"),
        PageSize = (int)Math.Min(query.Number("page_size") ?? 0, int.MaxValue),
        PageToken = query.Text("page_token"),
    };

    private static async Task<IResult> SearchAsync(HttpContext context, [FromServices] EventSearch events)
    {
        var query = new QueryReader(context, "kind", "run", "agent", "tool", "text", "page_size", "page_token");
        var request = Read(query);
        request.Kinds.Add(query.Text("kind").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        RequestLimits.Check(request);
        return ProtoBody.Result(await events.SearchAsync(request, Callers.Of(context), context.RequestAborted));
    }

    private static async Task<IResult> VerifyAsync(HttpContext context, [FromRoute(Name = "run_id")] string runId, [FromServices] AuditTrail audit)
    {
        _ = new QueryReader(context);
        RequestLimits.Check(new VerifyRunRequest { RunId = runId });
        return ProtoBody.Result(await audit.VerifyAsync(runId, Callers.Of(context), context.RequestAborted));
    }

    private static async Task ExportAsync(HttpContext context, [FromRoute(Name = "run_id")] string runId, [FromServices] AuditTrail audit, [FromServices] CallerStreams streams)
    {
        _ = new QueryReader(context);
        RequestLimits.Check(new ExportRunRequest { RunId = runId });
        using var counted = streams.Open(Callers.Of(context));
        await foreach (var line in audit.ExportAsync(runId, Callers.Of(context), context.RequestAborted))
        {
            if (!context.Response.HasStarted)
            {
                context.Response.ContentType = "application/jsonl";
                context.Response.Headers.ContentDisposition = $"attachment; filename=\"{Uri.EscapeDataString(runId)}.jsonl\"";
            }

            await context.Response.WriteAsync(ProtoBody.ToJson(line) + "\n", context.RequestAborted);
        }
    }
}
