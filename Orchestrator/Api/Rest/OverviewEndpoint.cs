using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api.OpenApi;
using Orchestrator.Figures;
using Protos.V1;

namespace Orchestrator.Api.Rest;

/// <summary>How things stand.</summary>
internal static class OverviewEndpoint
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/overview", GetAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("get_overview", "Tells how things stand")
        {
            Description = "Health, open runs, what waits by role, agents, what today's runs used, approvals, and what needs a look.",
            Response = GetOverviewResponse.Descriptor,
            Errors = [400, 503],
        });

    private static async Task<IResult> GetAsync(HttpContext context, [FromServices] Overview overview)
    {
        _ = new QueryReader(context);
        context.Response.Headers.CacheControl = "no-store";
        return ProtoBody.Result(await overview.GetAsync(Callers.Of(context), context.RequestAborted));
    }
}
