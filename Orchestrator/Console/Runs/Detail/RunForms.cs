using Orchestrator.Access;
using Orchestrator.Api;
using Orchestrator.Console.Parts;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Console.Runs.Detail;

/// <summary>What can be done with a run.</summary>
internal static class RunForms
{
    private const int MaxReason = 500;

    public static void Map(IEndpointRouteBuilder run)
    {
        run.MapPost("/cancel", async (IRunEngine engine, HttpContext context, string id) =>
        {
            await engine.CancelAsync(Checked(new CancelRunRequest { RunId = id, Reason = Reason(context) }), Callers.Of(context), context.RequestAborted);
            return Back(context, id, "The run is asked to stop.");
        }).Needs(Permissions.RunsControl);
        run.MapPost("/pause", async (IRunEngine engine, HttpContext context, string id) =>
        {
            await engine.PauseAsync(Checked(new PauseRunRequest { RunId = id, Reason = Reason(context) }), Callers.Of(context), context.RequestAborted);
            return Back(context, id, "The run is paused: what is running ends, nothing new begins.");
        }).Needs(Permissions.RunsControl);
        run.MapPost("/resume", async (IRunEngine engine, HttpContext context, string id) =>
        {
            await engine.ResumeAsync(Checked(new ResumeRunRequest { RunId = id }), Callers.Of(context), context.RequestAborted);
            return Back(context, id, "The run goes on.");
        }).Needs(Permissions.RunsControl);
        run.MapPost("/retry", async (IRunEngine engine, HttpContext context, string id) =>
        {
            var again = await engine.RetryAsync(Checked(new RetryRunRequest { RunId = id }), Callers.Of(context), context.RequestAborted);
            return Page.SeeOther(context, $"/runs/{again.RunId}", $"A new run, which takes over the outputs of {Words.Count(again.Adopted, "task")}.");
        }).Needs(Permissions.RunsSubmit);
        run.MapPost("/guide", async (IRunEngine engine, HttpContext context, string id) =>
        {
            var text = context.Request.Form["text"].ToString().ReplaceLineEndings("\n").Trim();
            await engine.GuideAsync(Checked(new GuideRunRequest { RunId = id, Text = text }), Callers.Of(context), context.RequestAborted);
            return Back(context, id, "Said. Attempts that begin from now on are told.");
        }).Needs(Permissions.RunsControl);
        run.MapPost("/decide", async (IRunEngine engine, HttpContext context, string id) =>
        {
            var form = context.Request.Form;
            var approved = form["decision"] == "approve";
            var request = new DecideApprovalRequest { RunId = id, TaskId = form["task"].ToString(), Approved = approved, Comment = form["comment"].ToString().ReplaceLineEndings("\n").Trim() };
            await engine.DecideAsync(Checked(request), Callers.Of(context), context.RequestAborted);
            return Back(context, id, approved ? "Approved." : "Rejected.");
        }).Needs(Permissions.ApprovalsDecide);
    }

    private static T Checked<T>(T request)
        where T : Google.Protobuf.IMessage
    {
        RequestLimits.Check(request);
        return request;
    }

    private static string Reason(HttpContext context) => Words.Short(context.Request.Form["reason"].ToString().Trim(), MaxReason);

    // To the page of the run that the form was on.
    private static IResult Back(HttpContext context, string id, string said)
    {
        var page = context.Request.Form["return"].ToString();
        var run = $"/runs/{id}";
        return Page.SeeOther(context, page == run || page.StartsWith($"{run}/", StringComparison.Ordinal) || page.StartsWith($"{run}?", StringComparison.Ordinal) ? page : run, said);
    }
}
