using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api;
using Orchestrator.Audit;
using Orchestrator.Console.Forms;
using Orchestrator.Contracts;
using Orchestrator.Dispatch;
using Orchestrator.Policy;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Console.Policies;

/// <summary>The rules for tool calls, what was decided by them, and how they would decide.</summary>
internal static class PolicyEndpoints
{
    private const int DecisionsShown = 20;

    public static void Map(IEndpointRouteBuilder console)
    {
        console.MapGet("/policies", GetAsync);
        console.MapGet("/policies/fragments/decisions", async (HttpContext context, [FromServices] EventSearch events) => Page.Fragment<DecisionsTable>(new { Events = await DecisionsAsync(context, events) }));
        console.MapGet("/policies/validate", () => Page.Show<ValidatePage>(new { Text = "" }));
        console.MapPost("/policies/validate", Validate).Needs(Permissions.RunsRead);
    }

    private static async Task<IResult> GetAsync(HttpContext context, [FromServices] PolicyDesk policy, [FromServices] EventSearch events, [FromServices] IAgentDirectory agents)
    {
        var values = context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        var verdict = values.ContainsKey("test") ? await TestAsync(context, policy, values, errors) : null;
        return Page.Show<PoliciesPage>(new
        {
            Policy = policy.Get(),
            Decisions = await DecisionsAsync(context, events),
            Values = (IReadOnlyDictionary<string, string>)values,
            Errors = (IReadOnlyDictionary<string, string>)errors,
            Verdict = verdict,
            Tools = (IReadOnlyList<string>)[.. ToolCatalog.List(agents, new ListToolsRequest()).Tools.Select(view => view.Tool.Name)],
            Roles = (IReadOnlyList<string>)[.. agents.List(null).Select(instance => instance.Contract.Role).Distinct(StringComparer.Ordinal)],
        });
    }

    private static IResult Validate(HttpContext context)
    {
        var text = FormValues.Of(context.Request.Form).GetValueOrDefault("text", "").ReplaceLineEndings("\n");
        RequestLimits.Check(new ValidatePolicyRequest { Text = text });
        return Page.Show<ValidatePage>(new { Text = text, Answer = PolicyDesk.Validate(text) });
    }

    private static async Task<IReadOnlyList<RunEvent>> DecisionsAsync(HttpContext context, EventSearch events) =>
        (await events.SearchAsync(new SearchEventsRequest { Kinds = { "policy_decided" }, PageSize = DecisionsShown }, Callers.Of(context), context.RequestAborted)).Events;

    private static async Task<TestPolicyResponse?> TestAsync(HttpContext context, PolicyDesk policy, Dictionary<string, string> values, Dictionary<string, string> errors)
    {
        try
        {
            var request = new TestPolicyRequest
            {
                Tool = Text("tool"),
                Role = Text("role"),
                Agent = Text("agent"),
                Tenant = Text("tenant"),
                Playbook = Text("playbook"),
                Risk = Text("risk"),
            };
            if (Text("arguments") is { Length: > 0 } arguments)
                request.Arguments = Read("arguments", () => ProtoJson.ParseStruct(arguments));
            if (Text("time") is { Length: > 0 } time)
                request.Time = Read("time", () => Timestamp.FromDateTimeOffset(DateTimeOffset.Parse(time, null, System.Globalization.DateTimeStyles.AssumeUniversal)));
            foreach (var line in Text("labels").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                var parts = line.Split('=', 2);
                request.Labels[parts[0]] = parts.Length > 1 ? parts[1] : "";
            }

            RequestLimits.Check(request);
            return await policy.TestAsync(request, Callers.Of(context), context.RequestAborted);
        }
        catch (RequestRefusedException e)
        {
            errors[e.Field ?? "tool"] = e.Message;
            return null;
        }

        string Text(string name) => values.GetValueOrDefault(name, "").Trim();
    }

    private static T Read<T>(string field, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or FormatException or ArgumentException)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_INPUT", e.Message, field);
        }
    }
}
