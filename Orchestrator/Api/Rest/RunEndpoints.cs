using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api.OpenApi;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Api.Rest;

/// <summary>Runs: submit, list, get, cancel, result.</summary>
internal static class RunEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/runs", SubmitAsync).Needs(Permissions.RunsSubmit).WithMetadata(new ApiOperation("submit_run", "Starts a run")
        {
            Description = "The same request_id gives the same run. The Location header leads to it.",
            Request = SubmitRunRequest.Descriptor,
            Response = SubmitRunResponse.Descriptor,
            Success = StatusCodes.Status202Accepted,
            Errors = [400, 409, 413, 415, 429, 503],
        });
        api.MapGet("/runs", ListAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("list_runs", "Lists runs, newest first")
        {
            Response = ListRunsResponse.Descriptor,
            Query =
            [
                ApiParameter.Integer("page_size", $"1 to {RequestLimits.MaxPageSize}. Default: 50.", 0, RequestLimits.MaxPageSize),
                ApiParameter.Text("page_token", "next_page_token of the previous answer."),
                ApiParameter.States("status", "Only runs in this state; may be repeated."),
                ApiParameter.Text("playbook", "Only runs of this playbook."),
            ],
            Errors = [400, 503],
        });
        api.MapGet("/runs/{run_id}", GetAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("get_run", "Gets the state of a run")
        {
            Response = Run.Descriptor,
            Query = [ApiParameter.Flag("include_outputs", "Whether tasks carry their outputs.")],
            Errors = [400, 404, 503],
        });
        api.MapGet("/runs/{run_id}/cost", CostAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("get_run_cost", "Gets where tokens, money and attempts of a run went")
        {
            Response = RunCost.Descriptor,
            Errors = [400, 404, 503],
        });
        api.MapPost("/runs/{run_id}/cancel", CancelAsync).Needs(Permissions.RunsControl).WithMetadata(new ApiOperation("cancel_run", "Asks a run to stop")
        {
            Description = "A run that has ended stays as it was. The body may be left out.",
            Request = CancelRunRequest.Descriptor,
            RequestOptional = true,
            Response = CancelRunResponse.Descriptor,
            Errors = [400, 404, 413, 415, 503],
        });
        api.MapGet("/runs/{run_id}/result", ResultAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("get_run_result", "Gets what a run yielded")
        {
            Description = "409 with the code RUN_NOT_ENDED while it goes on.",
            Query = [ApiParameter.Integer("wait", "Seconds to wait for the end.", 0, 300)],
            Response = RunResult.Descriptor,
            Errors = [400, 404, 409, 503],
        });
    }

    private static async Task<IResult> SubmitAsync(HttpContext context, [FromServices] IRunEngine engine)
    {
        _ = new QueryReader(context);
        var request = await ProtoBody.ReadAsync<SubmitRunRequest>(context);
        RequestLimits.Check(request);
        var response = await engine.SubmitAsync(request, Callers.Of(context), context.RequestAborted);
        context.Response.Headers.Location = $"/api/runs/{Uri.EscapeDataString(response.RunId)}";
        return ProtoBody.Result(response, StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ListAsync(HttpContext context, [FromServices] IRunEngine engine)
    {
        var query = new QueryReader(context, "page_size", "page_token", "status", "playbook");
        var request = new ListRunsRequest
        {
            PageSize = (int)Math.Min(query.Number("page_size") ?? 0, int.MaxValue),
            PageToken = query.Text("page_token"),
            Playbook = query.Text("playbook"),
            Statuses = { query.States("status") },
        };
        RequestLimits.Check(request);
        return ProtoBody.Result(await engine.ListAsync(request, Callers.Of(context), context.RequestAborted));
    }

    private static async Task<IResult> GetAsync(HttpContext context, [FromRoute(Name = "run_id")] string runId, [FromServices] IRunEngine engine)
    {
        var request = new GetRunRequest { RunId = runId, IncludeOutputs = new QueryReader(context, "include_outputs").Flag("include_outputs") };
        RequestLimits.Check(request);
        return ProtoBody.Result(await engine.GetAsync(runId, request.IncludeOutputs, Callers.Of(context), context.RequestAborted));
    }

    private static async Task<IResult> CostAsync(HttpContext context, [FromRoute(Name = "run_id")] string runId, [FromServices] IRunEngine engine)
    {
        _ = new QueryReader(context);
        RequestLimits.Check(new GetRunCostRequest { RunId = runId });
        return ProtoBody.Result(await engine.CostAsync(runId, Callers.Of(context), context.RequestAborted));
    }

    private static async Task<IResult> CancelAsync(HttpContext context, [FromRoute(Name = "run_id")] string runId, [FromServices] IRunEngine engine)
    {
        _ = new QueryReader(context);
        var request = await ProtoBody.ReadAsync<CancelRunRequest>(context, optional: true);
        ProtoBody.SameAsPath(request.RunId, runId, "run_id");
        request.RunId = runId;
        RequestLimits.Check(request);
        return ProtoBody.Result(await engine.CancelAsync(request, Callers.Of(context), context.RequestAborted));
    }

    private static async Task<IResult> ResultAsync(HttpContext context, [FromRoute(Name = "run_id")] string runId, [FromServices] IRunEngine engine)
    {
        var request = new GetRunResultRequest { RunId = runId, Wait = (int)Math.Clamp(new QueryReader(context, "wait").Number("wait") ?? 0, int.MinValue, int.MaxValue) };
        RequestLimits.Check(request);
        return ProtoBody.Result(await engine.GetResultAsync(request, Callers.Of(context), context.RequestAborted));
    }
}
