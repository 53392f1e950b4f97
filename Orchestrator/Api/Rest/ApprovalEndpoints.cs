using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api.OpenApi;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Api.Rest;

/// <summary>Decisions that people have to make.</summary>
internal static class ApprovalEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/approvals", ListAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("list_approvals", "Lists the decisions that are waited for, oldest first")
        {
            Response = ListApprovalsResponse.Descriptor,
            Query = [ApiParameter.Text("run", "Only those of this run."), ApiParameter.Flag("mine", "Only those that the caller may decide.")],
            Errors = [400, 404, 503],
        });
        // The rest of the path: the task of a foreach's item has a slash.
        api.MapPost("/runs/{run_id}/approvals/{**task}", DecideAsync).Needs(Permissions.ApprovalsDecide).WithMetadata(new ApiOperation("decide_approval", "Decides an approval")
        {
            Description = "approved is required. A task with a slash, e.g. ask/3, may be given as it is or as ask%2F3. "
                + "403: the caller is not among those who may decide. 409: there is nothing to decide.",
            Request = DecideApprovalRequest.Descriptor,
            Response = DecideApprovalResponse.Descriptor,
            Errors = [400, 403, 404, 409, 413, 415, 503],
        });
    }

    private static async Task<IResult> ListAsync(HttpContext context, [FromServices] IRunEngine engine)
    {
        var query = new QueryReader(context, "run", "mine");
        var request = new ListApprovalsRequest { RunId = query.Text("run"), Mine = query.Flag("mine") };
        RequestLimits.Check(request);
        return ProtoBody.Result(await engine.ListApprovalsAsync(request, Callers.Of(context), context.RequestAborted));
    }

    private static async Task<IResult> DecideAsync(
        HttpContext context, [FromRoute(Name = "run_id")] string runId, [FromRoute] string? task, [FromServices] IRunEngine engine)
    {
        _ = new QueryReader(context);
        // Everything else in a path is decoded already.
        var taskId = (task ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var request = await ProtoBody.ReadAsync<DecideApprovalRequest>(context, required: "approved");
        ProtoBody.SameAsPath(request.RunId, runId, "run_id");
        ProtoBody.SameAsPath(request.TaskId, taskId, "task_id");
        (request.RunId, request.TaskId) = (runId, taskId);
        RequestLimits.Check(request);
        return ProtoBody.Result(await engine.DecideAsync(request, Callers.Of(context), context.RequestAborted));
    }
}
