using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api.OpenApi;
using Orchestrator.Audit;
using Orchestrator.Policy;
using Protos.V1;

namespace Orchestrator.Api.Rest;

/// <summary>The rules for tool calls, and what was decided by them.</summary>
internal static class PolicyEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/policies", Get).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("get_policy", "Gets the rules in force")
        {
            Description = "error is set while the file as it stands now cannot be used; text and rules are then those before it.",
            Response = GetPolicyResponse.Descriptor,
            Errors = [400],
        });
        api.MapPost("/policies/test", TestAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("test_policy", "Tells how a tool call would be decided")
        {
            Description = "Nothing is recorded, and nobody is asked. policy holds other rules to try.",
            Request = TestPolicyRequest.Descriptor,
            Response = TestPolicyResponse.Descriptor,
            Errors = [400, 413, 415],
        });
        // Without the cast it is taken for a delegate that writes its answer itself.
        api.MapPost("/policies/validate", (Delegate)ValidateAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("validate_policy", "Tells what is wrong with the text of a policy, or what its rules are")
        {
            Description = "200 in either case. Nothing is kept.",
            Request = ValidatePolicyRequest.Descriptor,
            Response = ValidatePolicyResponse.Descriptor,
            Errors = [400, 413, 415],
        });
        api.MapGet("/policies/decisions", DecisionsAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("list_policy_decisions", "Lists what was decided about tool calls, newest run first")
        {
            Response = SearchEventsResponse.Descriptor,
            Query = [.. AuditEndpoints.Paging, .. AuditEndpoints.Filters],
            Errors = [400, 404, 503],
        });
    }

    private static IResult Get(HttpContext context, [FromServices] PolicyDesk policy)
    {
        _ = new QueryReader(context);
        return ProtoBody.Result(policy.Get());
    }

    private static async Task<IResult> TestAsync(HttpContext context, [FromServices] PolicyDesk policy)
    {
        _ = new QueryReader(context);
        var request = await ProtoBody.ReadAsync<TestPolicyRequest>(context);
        RequestLimits.Check(request);
        return ProtoBody.Result(await policy.TestAsync(request, Callers.Of(context), context.RequestAborted));
    }

    private static async Task<IResult> ValidateAsync(HttpContext context)
    {
        _ = new QueryReader(context);
        var request = await ProtoBody.ReadAsync<ValidatePolicyRequest>(context, required: "text");
        RequestLimits.Check(request);
        return ProtoBody.Result(PolicyDesk.Validate(request.Text));
    }

    private static async Task<IResult> DecisionsAsync(HttpContext context, [FromServices] EventSearch events)
    {
        var request = AuditEndpoints.Read(new QueryReader(context, "run", "agent", "tool", "text", "page_size", "page_token"));
        request.Kinds.Add("policy_decided");
        RequestLimits.Check(request);
        return ProtoBody.Result(await events.SearchAsync(request, Callers.Of(context), context.RequestAborted));
    }
}
