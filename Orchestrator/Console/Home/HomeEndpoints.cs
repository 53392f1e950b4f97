using Microsoft.AspNetCore.Mvc;
using Orchestrator.Api;
using Orchestrator.Dispatch;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Console.Home;

/// <summary>The first page.</summary>
internal static class HomeEndpoints
{
    public static void Map(IEndpointRouteBuilder console) => console.MapGet("/", GetAsync);

    private static async Task<IResult> GetAsync(HttpContext context, [FromServices] IRunEngine engine, [FromServices] IAgentDirectory agents)
    {
        var runs = await engine.ListAsync(new ListRunsRequest { PageSize = 10 }, Callers.Of(context), context.RequestAborted);
        return Page.Show<HomePage>(new { Runs = runs.Runs, Instances = agents.List(null) });
    }
}
