using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api;
using Orchestrator.Console.Parts;
using Orchestrator.Planning;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Console.Runs;

/// <summary>The list of runs.</summary>
internal static class RunsEndpoints
{
    private const int MaxAtOnce = 200;

    public static void Map(IEndpointRouteBuilder console)
    {
        console.MapGet("/runs", GetAsync);
        console.MapGet("/runs/fragments/list", ListAsync);
        console.MapPost("/runs/bulk", BulkAsync).Needs(Permissions.RunsControl);
    }

    private static async Task<IResult> GetAsync(HttpContext context, [FromServices] IRunEngine engine, [FromServices] PlaybookCatalog playbooks)
    {
        var filter = FilterOf(context.Request.Query);
        var page = await RunSearch.FindAsync(engine, filter, Callers.Of(context), context.RequestAborted);
        return Page.Show<RunsPage>(new { Filter = filter, Found = page, Playbooks = (IReadOnlyList<string>)[.. playbooks.Playbooks.Select(playbook => playbook.Name)] });
    }

    private static async Task<IResult> ListAsync(HttpContext context, [FromServices] IRunEngine engine)
    {
        var filter = FilterOf(context.Request.Query);
        var page = await RunSearch.FindAsync(engine, filter, Callers.Of(context), context.RequestAborted);
        return Page.Fragment<RunsList>(new { Filter = filter, Found = page });
    }

    private static async Task<IResult> BulkAsync(HttpContext context, [FromServices] IRunEngine engine)
    {
        var form = context.Request.Form;
        var principal = Callers.Of(context);
        var cancels = form["action"] != "retry";
        var chosen = form["run"].OfType<string>().Distinct(StringComparer.Ordinal).Take(MaxAtOnce).ToList();
        var done = 0;
        var refused = new List<string>();
        foreach (var runId in chosen)
        {
            try
            {
                if (cancels)
                    await engine.CancelAsync(new CancelRunRequest { RunId = runId, Reason = "cancelled in the console" }, principal, context.RequestAborted);
                else
                    await engine.RetryAsync(new RetryRunRequest { RunId = runId }, principal, context.RequestAborted);
                done++;
            }
            catch (RequestRefusedException e)
            {
                refused.Add(e.Message);
            }
        }

        var said = chosen.Count == 0 ? "No run was chosen." : $"{Words.Count(done, "run")} {(cancels ? "asked to stop" : "tried again")}."
            + (refused.Count > 0 ? $" Not {(cancels ? "stopped" : "tried again")}: {Words.Count(refused.Count, "run")}. {refused[0]}" : "");
        var back = form["return"].ToString();
        return Page.SeeOther(context, back == "/runs" || back.StartsWith("/runs?", StringComparison.Ordinal) ? back : "/runs", said);
    }

    private static RunFilter FilterOf(IQueryCollection query) =>
        new(query["status"].ToString(), query["playbook"].ToString().Trim(), query["q"].ToString().Trim(), query["label"].ToString().Trim(), query["page"].ToString());
}
