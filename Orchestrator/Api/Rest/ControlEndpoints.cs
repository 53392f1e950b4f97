using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api.OpenApi;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Api.Rest;

/// <summary>What steers a run: pause, resume, guide, retry, delete.</summary>
internal static class ControlEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/runs/{run_id}/pause", PauseAsync).Needs(Permissions.RunsControl).WithMetadata(new ApiOperation("pause_run", "Holds a run")
        {
            Description = "Nothing new of it is dispatched; what is running goes on and is recorded. The body may be left out.",
            Request = PauseRunRequest.Descriptor,
            RequestOptional = true,
            Response = PauseRunResponse.Descriptor,
            Errors = [400, 404, 409, 413, 415, 503],
        });
        api.MapPost("/runs/{run_id}/resume", ResumeAsync).Needs(Permissions.RunsControl).WithMetadata(new ApiOperation("resume_run", "Lets a held run go on")
        {
            Description = "The body may be left out.",
            Request = ResumeRunRequest.Descriptor,
            RequestOptional = true,
            Response = ResumeRunResponse.Descriptor,
            Errors = [400, 404, 409, 413, 415, 503],
        });
        api.MapPost("/runs/{run_id}/guidance", GuideAsync).Needs(Permissions.RunsControl).WithMetadata(new ApiOperation("guide_run", "Tells a run something")
        {
            Description = "text becomes a context entry of the run, and attempts that begin from then on are told of it. 409: the run has ended, or was told too much already.",
            Request = GuideRunRequest.Descriptor,
            Response = GuideRunResponse.Descriptor,
            Errors = [400, 404, 409, 413, 415, 503],
        });
        api.MapPost("/runs/{run_id}/retry", RetryAsync).Needs(Permissions.RunsSubmit).WithMetadata(new ApiOperation("retry_run", "Tries a failed or cancelled run again")
        {
            Description = "Makes a new run that takes over what the old one finished; the Location header leads to it. The body may be left out.",
            Request = RetryRunRequest.Descriptor,
            RequestOptional = true,
            Response = RetryRunResponse.Descriptor,
            Success = StatusCodes.Status202Accepted,
            Errors = [400, 404, 409, 413, 415, 429, 503],
        });
        api.MapDelete("/runs/{run_id}", DeleteAsync).Needs(Permissions.RunsDelete).WithMetadata(new ApiOperation("delete_run", "Deletes a run that has ended")
        {
            Description = "Nothing of it remains. 409 while it goes on.",
            Success = StatusCodes.Status204NoContent,
            Errors = [400, 404, 409, 503],
        });
    }

    private static async Task<IResult> PauseAsync(HttpContext context, [FromRoute(Name = "run_id")] string runId, [FromServices] IRunEngine engine)
    {
        _ = new QueryReader(context);
        var request = await ProtoBody.ReadAsync<PauseRunRequest>(context, optional: true);
        ProtoBody.SameAsPath(request.RunId, runId, "run_id");
        request.RunId = runId;
        RequestLimits.Check(request);
        return ProtoBody.Result(await engine.PauseAsync(request, Callers.Of(context), context.RequestAborted));
    }

    private static async Task<IResult> ResumeAsync(HttpContext context, [FromRoute(Name = "run_id")] string runId, [FromServices] IRunEngine engine)
    {
        _ = new QueryReader(context);
        var request = await ProtoBody.ReadAsync<ResumeRunRequest>(context, optional: true);
        ProtoBody.SameAsPath(request.RunId, runId, "run_id");
        request.RunId = runId;
        RequestLimits.Check(request);
        return ProtoBody.Result(await engine.ResumeAsync(request, Callers.Of(context), context.RequestAborted));
    }

    private static async Task<IResult> GuideAsync(HttpContext context, [FromRoute(Name = "run_id")] string runId, [FromServices] IRunEngine engine)
    {
        _ = new QueryReader(context);
        var request = await ProtoBody.ReadAsync<GuideRunRequest>(context, required: "text");
        ProtoBody.SameAsPath(request.RunId, runId, "run_id");
        request.RunId = runId;
        RequestLimits.Check(request);
        return ProtoBody.Result(await engine.GuideAsync(request, Callers.Of(context), context.RequestAborted));
    }

    private static async Task<IResult> RetryAsync(HttpContext context, [FromRoute(Name = "run_id")] string runId, [FromServices] IRunEngine engine)
    {
        _ = new QueryReader(context);
        var request = await ProtoBody.ReadAsync<RetryRunRequest>(context, optional: true);
        ProtoBody.SameAsPath(request.RunId, runId, "run_id");
        request.RunId = runId;
        RequestLimits.Check(request);
        var response = await engine.RetryAsync(request, Callers.Of(context), context.RequestAborted);
        context.Response.Headers.Location = $"/api/runs/{Uri.EscapeDataString(response.RunId)}";
        return ProtoBody.Result(response, StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, [FromRoute(Name = "run_id")] string runId, [FromServices] IRunEngine engine)
    {
        _ = new QueryReader(context);
        var request = new DeleteRunRequest { RunId = runId };
        RequestLimits.Check(request);
        await engine.DeleteAsync(request, Callers.Of(context), context.RequestAborted);
        return Results.NoContent();
    }
}
