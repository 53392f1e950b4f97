using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api.OpenApi;
using Orchestrator.Planning;
using Protos.V1;

namespace Orchestrator.Api.Rest;

/// <summary>Playbooks, and plans before they run.</summary>
internal static class PlaybookEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/playbooks", List).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("list_playbooks", "Lists the playbooks")
        {
            Response = ListPlaybooksResponse.Descriptor,
            Errors = [400],
        });
        api.MapGet("/playbooks/{name}", Get).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("get_playbook", "Gets the text, the inputs and the plan of a playbook")
        {
            Description = "Of one that cannot be used, the text and what is wrong with it.",
            Response = GetPlaybookResponse.Descriptor,
            Errors = [400, 404],
        });
        api.MapPost("/playbooks/validate", ValidateAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("validate_playbook", "Tells what is wrong with the text of a playbook, or what plan it yields")
        {
            Description = "200 in either case. Nothing is kept.",
            Request = ValidatePlaybookRequest.Descriptor,
            Response = ValidatePlaybookResponse.Descriptor,
            Errors = [400, 413, 415],
        });
        api.MapPost("/plans/preview", PreviewAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("preview_plan", "Tells what POST /api/runs would do with the same body")
        {
            Description = "Refused as it would be refused. Nothing is started.",
            Request = SubmitRunRequest.Descriptor,
            Response = PreviewPlanResponse.Descriptor,
            Errors = [400, 413, 415],
        });
    }

    private static IResult List(HttpContext context, [FromServices] PlaybookDesk playbooks)
    {
        _ = new QueryReader(context);
        return ProtoBody.Result(playbooks.List());
    }

    private static IResult Get(HttpContext context, [FromRoute] string name, [FromServices] PlaybookDesk playbooks)
    {
        _ = new QueryReader(context);
        RequestLimits.Check(new GetPlaybookRequest { Name = name });
        return ProtoBody.Result(playbooks.Get(name));
    }

    private static async Task<IResult> ValidateAsync(HttpContext context, [FromServices] PlaybookDesk playbooks)
    {
        _ = new QueryReader(context);
        var request = await ProtoBody.ReadAsync<ValidatePlaybookRequest>(context, required: "text");
        RequestLimits.Check(request);
        return ProtoBody.Result(playbooks.Validate(request));
    }

    private static async Task<IResult> PreviewAsync(HttpContext context, [FromServices] PlanPreviews previews)
    {
        _ = new QueryReader(context);
        var request = new PreviewPlanRequest { Run = await ProtoBody.ReadAsync<SubmitRunRequest>(context) };
        RequestLimits.Check(request);
        return ProtoBody.Result(await previews.OfAsync(request.Run, Callers.Of(context), context.RequestAborted));
    }
}
