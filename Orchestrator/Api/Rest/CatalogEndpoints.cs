using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api.OpenApi;
using Orchestrator.Dispatch;
using Orchestrator.Planning;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Api.Rest;

/// <summary>What there is to work with: agents and tools.</summary>
internal static class CatalogEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/agents", Agents).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("list_agents", "Lists the instances of agents")
        {
            Response = ListAgentsResponse.Descriptor,
            Query = [ApiParameter.Text("role", "Only instances of this role.")],
            Errors = [400],
        });
        api.MapGet("/tools", Tools).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("list_tools", "Lists the tools of the agents")
        {
            Response = ListToolsResponse.Descriptor,
            Query = [ApiParameter.Text("role", "Only tools of this role.")],
            Errors = [400],
        });
        api.MapPost("/agents/{role}/try", TryAsync).Needs(Permissions.RunsSubmit).WithMetadata(new ApiOperation("try_agent", "Tries an agent by hand")
        {
            Description = "Starts a run of a single task, whose input is held against the agent's schema first. The Location header leads to it.",
            Request = TryAgentRequest.Descriptor,
            Response = SubmitRunResponse.Descriptor,
            Success = StatusCodes.Status202Accepted,
            Errors = [400, 409, 413, 415, 429, 503],
        });
    }

    private static IResult Agents(HttpContext context, [FromServices] IAgentDirectory agents)
    {
        var request = new ListAgentsRequest { Role = new QueryReader(context, "role").Text("role") };
        RequestLimits.Check(request);
        return ProtoBody.Result(RoleSummaries.List(agents, request));
    }

    private static IResult Tools(HttpContext context, [FromServices] IAgentDirectory agents)
    {
        var request = new ListToolsRequest { Role = new QueryReader(context, "role").Text("role") };
        RequestLimits.Check(request);
        return ProtoBody.Result(ToolCatalog.List(agents, request));
    }

    private static async Task<IResult> TryAsync(HttpContext context, [FromRoute] string role, [FromServices] AgentTrials trials, [FromServices] IRunEngine engine)
    {
        _ = new QueryReader(context);
        var request = await ProtoBody.ReadAsync<TryAgentRequest>(context);
        ProtoBody.SameAsPath(request.Role, role, "role");
        request.Role = role;
        RequestLimits.Check(request);
        var response = await engine.SubmitAsync(trials.ToSubmission(request), Callers.Of(context), context.RequestAborted);
        context.Response.Headers.Location = $"/api/runs/{Uri.EscapeDataString(response.RunId)}";
        return ProtoBody.Result(response, StatusCodes.Status202Accepted);
    }
}
