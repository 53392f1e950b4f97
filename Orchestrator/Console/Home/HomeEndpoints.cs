using Microsoft.AspNetCore.Mvc;
using Orchestrator.Api;
using Orchestrator.Figures;
using Orchestrator.Planning;
using Protos.V1;

namespace Orchestrator.Console.Home;

/// <summary>The first page.</summary>
internal static class HomeEndpoints
{
    public static void Map(IEndpointRouteBuilder console)
    {
        console.MapGet("/", GetAsync);
        console.MapGet("/fragments/overview", OverviewAsync);
        StartEndpoints.Map(console);
    }

    private static async Task<IResult> GetAsync(HttpContext context, [FromServices] Overview overview, [FromServices] PlaybookCatalog playbooks) =>
        Page.Show<HomePage>(new { State = await overview.GetAsync(Callers.Of(context), context.RequestAborted), Playbooks = (IReadOnlyList<PlaybookInfo>)[.. playbooks.Playbooks.Select(playbook => playbook.ToInfo())] });

    private static async Task<IResult> OverviewAsync(HttpContext context, [FromServices] Overview overview) =>
        Page.Fragment<OverviewView>(new { State = await overview.GetAsync(Callers.Of(context), context.RequestAborted) });
}
