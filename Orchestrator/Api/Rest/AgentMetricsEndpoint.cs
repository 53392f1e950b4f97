using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Orchestrator.Access;
using Orchestrator.Api.OpenApi;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Api.Rest;

/// <summary>How agents do: for people by role with times in words, and beside it all figures as numbers.</summary>
internal static class AgentMetricsEndpoint
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/metrics/agents", WordsAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("get_agent_metrics", "Tells how agents do, by role, times in words")
        {
            Description = "What there is no figure for yet is null. docs/metrics.md has each formula; /metrics/agents/figures has all as numbers, by instance too.",
            Query = [ApiParameter.Text("role", "Only this role.")],
            ResponseSchema = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Object, Description = "Figures of the role." },
            },
            Errors = [400, 503],
        });
        api.MapGet("/metrics/agents/figures", FiguresAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("get_agent_figures", "Tells how agents do, by role and instance, in numbers")
        {
            Response = GetAgentMetricsResponse.Descriptor,
            Query = [ApiParameter.Text("role", "Only this role.")],
            Errors = [400, 503],
        });
    }

    private static async Task<IResult> WordsAsync(HttpContext context, [FromServices] IRunEngine engine)
    {
        var metrics = await ReadAsync(context, engine);
        var whole = metrics.Orchestrator ?? new OrchestratorFigures();
        var answer = new JsonObject
        {
            ["orchestrator"] = new JsonObject
            {
                ["tasks_delegated"] = whole.TasksDelegated,
                ["avg_decomposition_time"] = Duration(whole.AvgDecompositionSeconds),
                ["conflict_resolutions"] = whole.ConflictResolutions,
            },
        };
        foreach (var role in metrics.Roles)
        {
            answer[role.Role] = Of(role);
        }

        return Results.Text(answer.ToJsonString(), "application/json");
    }

    private static async Task<IResult> FiguresAsync(HttpContext context, [FromServices] IRunEngine engine) => ProtoBody.Result(await ReadAsync(context, engine));

    private static Task<GetAgentMetricsResponse> ReadAsync(HttpContext context, IRunEngine engine)
    {
        var request = new GetAgentMetricsRequest { Role = new QueryReader(context, "role").Text("role") };
        RequestLimits.Check(request);
        context.Response.Headers.CacheControl = "no-store";
        return engine.AgentsAsync(request, Callers.Of(context), context.RequestAborted);
    }

    // The three that are known by what they do; any other has what was measured.
    private static JsonObject Of(AgentFigures role)
    {
        var time = role.Role switch { "researcher" => "avg_research_time", "developer" => "avg_coding_time", "reviewer" => "avg_review_time", _ => "avg_task_time" };
        var figures = new JsonObject { ["tasks_completed"] = role.Completed, [time] = Duration(role.AvgSeconds) };
        Add("accuracy_score", "researcher", Round(role.Accuracy));
        Add("first_approval_rate", "developer", Round(role.FirstApprovalRate));
        Add("issues_found_per_task", "reviewer", Round(role.IssuesPerTask));
        return figures;

        void Add(string name, string always, double? value)
        {
            if (role.Role == always || (value is not null && time == "avg_task_time"))
            {
                figures[name] = value;
            }
        }
    }

    private static double? Round(double? value) => value is { } number ? Math.Round(number, 2) : null;

    // 2.3s, 5m 30s, 15m, 2h 5m.
    private static string? Duration(double? seconds)
    {
        if (seconds is not { } value)
        {
            return null;
        }

        if (value < 59.95)
        {
            return value.ToString("0.#", CultureInfo.InvariantCulture) + "s";
        }

        var time = TimeSpan.FromSeconds(Math.Round(value));
        return time.TotalHours < 1
            ? $"{time.Minutes}m{(time.Seconds > 0 ? $" {time.Seconds}s" : "")}"
            : $"{(int)time.TotalHours}h{(time.Minutes > 0 ? $" {time.Minutes}m" : "")}";
    }
}
