using Grpc.Core;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Console.Approvals;

/// <summary>What waits for a person.</summary>
internal static class ApprovalEndpoints
{
    private const int PageSize = 25;

    public static void Map(IEndpointRouteBuilder console)
    {
        console.MapGet("/approvals", GetAsync);
        console.MapGet("/approvals/fragments/list", ListAsync);
        console.MapPost("/approvals/decide", DecideAsync).Needs(Permissions.ApprovalsDecide);
    }

    private static async Task<IResult> GetAsync(HttpContext context, [FromServices] IRunEngine engine) =>
        Page.Show<ApprovalsPage>(new { Found = await FindAsync(context, engine) });

    private static async Task<IResult> ListAsync(HttpContext context, [FromServices] IRunEngine engine) =>
        Page.Fragment<ApprovalsList>(new { Found = await FindAsync(context, engine) });

    private static async Task<IResult> DecideAsync(HttpContext context, [FromServices] IRunEngine engine)
    {
        var form = context.Request.Form;
        var decision = form["decision"].ToString();
        var request = new DecideApprovalRequest { RunId = form["run_id"].ToString(), TaskId = form["task_id"].ToString(), Approved = decision == "approve", Comment = form["comment"].ToString() };
        if (decision is not ("approve" or "reject"))
            throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_INPUT", $"decision is '{decision}'; it must be approve or reject.", "decision");
        RequestLimits.Check(request);
        await engine.DecideAsync(request, Callers.Of(context), context.RequestAborted);
        return Page.SeeOther(context, "/approvals", $"{(request.Approved ? "Approved" : "Rejected")}: {request.TaskId} of {request.RunId}.");
    }

    // Those of a page, each with its run: who asked for it, and what for.
    private static async Task<ApprovalList> FindAsync(HttpContext context, IRunEngine engine)
    {
        var query = context.Request.Query;
        var mine = query["mine"] == "true";
        _ = int.TryParse(query["skip"], out var skip);
        skip = Math.Clamp(skip, 0, 1_000_000);
        var caller = Callers.Of(context);
        var all = (await engine.ListApprovalsAsync(new ListApprovalsRequest { Mine = mine }, caller, context.RequestAborted)).Approvals;
        var shown = all.Skip(skip).Take(PageSize).ToList();
        var runs = new Dictionary<string, Run>(StringComparer.Ordinal);
        foreach (var runId in shown.Select(approval => approval.RunId).Distinct(StringComparer.Ordinal))
        {
            try
            {
                runs[runId] = await engine.GetAsync(runId, includeOutputs: false, caller, context.RequestAborted);
            }
            catch (RequestRefusedException e) when (e.GrpcCode == StatusCode.NotFound)
            {
                // Deleted in this moment: what it waited for goes too.
            }
        }

        return new ApprovalList(
            [.. shown.Where(approval => runs.ContainsKey(approval.RunId)).Select(approval => new ApprovalItem(approval, runs[approval.RunId], approval.Deciders.Count == 0 || approval.Deciders.Contains(caller.Name)))],
            all.Count, skip, PageSize, mine);
    }
}

/// <summary>A page of decisions that are waited for.</summary>
/// <param name="Items">Oldest first.</param>
/// <param name="Total">On all pages.</param>
/// <param name="Skip">Those on the pages before.</param>
/// <param name="PageSize">At most so many on a page.</param>
/// <param name="Mine">Whether only those are shown that the reader may decide.</param>
public sealed record ApprovalList(IReadOnlyList<ApprovalItem> Items, int Total, int Skip, int PageSize, bool Mine);

/// <summary>A decision that is waited for.</summary>
/// <param name="Approval">What is asked.</param>
/// <param name="Run">Whose task asks.</param>
/// <param name="MayDecide">Whether the reader may.</param>
public sealed record ApprovalItem(ApprovalView Approval, Run Run, bool MayDecide)
{
    /// <summary>The task that waits: of a tool call, the one whose agent makes it. Null: it is not in the plan.</summary>
    public TaskView? Task => Run.Tasks.FirstOrDefault(task => task.Id == Approval.TaskId)
        ?? Run.Tasks.Where(task => Approval.TaskId.StartsWith(task.Id + "/", StringComparison.Ordinal)).MaxBy(task => task.Id.Length);
}
