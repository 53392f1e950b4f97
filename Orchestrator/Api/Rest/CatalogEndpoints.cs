using Microsoft.AspNetCore.Mvc;
using Orchestrator.Api.OpenApi;
using Orchestrator.Dispatch;
using Orchestrator.Planning;
using Protos.V1;

namespace Orchestrator.Api.Rest;

/// <summary>What there is to work with: agents and playbooks.</summary>
internal static class CatalogEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/agents", Agents).WithMetadata(new ApiOperation("list_agents", "Lists the instances of agents")
        {
            Response = ListAgentsResponse.Descriptor,
            Query = [ApiParameter.Text("role", "Only instances of this role.")],
            Errors = [400],
        });
        api.MapGet("/tools", Tools).WithMetadata(new ApiOperation("list_tools", "Lists the tools of the agents")
        {
            Response = ListToolsResponse.Descriptor,
            Query = [ApiParameter.Text("role", "Only tools of this role.")],
            Errors = [400],
        });
        api.MapGet("/playbooks", Playbooks).WithMetadata(new ApiOperation("list_playbooks", "Lists the playbooks")
        {
            Response = ListPlaybooksResponse.Descriptor,
            Errors = [400],
        });
    }

    private static IResult Agents(HttpContext context, [FromServices] IAgentDirectory agents)
    {
        var request = new ListAgentsRequest { Role = new QueryReader(context, "role").Text("role") };
        RequestLimits.Check(request);
        return ProtoBody.Result(new ListAgentsResponse { Instances = { agents.List(request.Role) } });
    }

    private static IResult Tools(HttpContext context, [FromServices] IAgentDirectory agents)
    {
        var request = new ListToolsRequest { Role = new QueryReader(context, "role").Text("role") };
        RequestLimits.Check(request);
        return ProtoBody.Result(ToolCatalog.List(agents, request));
    }

    private static IResult Playbooks(HttpContext context, [FromServices] PlaybookCatalog playbooks)
    {
        _ = new QueryReader(context);
        return ProtoBody.Result(new ListPlaybooksResponse { Playbooks = { playbooks.Playbooks.Select(playbook => playbook.ToInfo()) } });
    }
}
