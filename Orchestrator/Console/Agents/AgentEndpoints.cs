using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api;
using Orchestrator.Console.Forms;
using Orchestrator.Dispatch;
using Orchestrator.Planning;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Console.Agents;

/// <summary>Who does the work: contracts, instances, figures, and a trial by hand.</summary>
internal static class AgentEndpoints
{
    /// <summary>The field of a trial's input where the agent's schema has no fields of its own.</summary>
    public const string WholeInput = "input_json";

    private const string Prefix = "input.";

    public static void Map(IEndpointRouteBuilder console)
    {
        console.MapGet("/agents", ListAsync);
        console.MapGet("/agents/fragments/roles", ([FromServices] IAgentDirectory agents) => Page.Fragment<RolesTable>(new { Agents = RoleSummaries.List(agents, new ListAgentsRequest()) }));
        console.MapGet("/agents/{role}", GetAsync);
        console.MapGet("/agents/{role}/fragments/instances", (string role, [FromServices] IAgentDirectory agents) => Page.Fragment<InstancesTable>(new { Instances = agents.List(role) }));
        console.MapPost("/agents/{role}/try", TryAsync).Needs(Permissions.RunsSubmit);
    }

    private static async Task<IResult> ListAsync(HttpContext context, [FromServices] IAgentDirectory agents, [FromServices] IRunEngine engine) => Page.Show<AgentsPage>(new
    {
        Agents = RoleSummaries.List(agents, new ListAgentsRequest()),
        Figures = await engine.AgentsAsync(new GetAgentMetricsRequest(), Callers.Of(context), context.RequestAborted),
    });

    private static Task<IResult> GetAsync(HttpContext context, string role, [FromServices] IAgentDirectory agents, [FromServices] IRunEngine engine) =>
        ShowAsync(context, role, agents, engine, context.Request.Query["task"].ToString(), null, null);

    private static async Task<IResult> ShowAsync(
        HttpContext context, string role, IAgentDirectory agents, IRunEngine engine, string task, IReadOnlyDictionary<string, string>? values, IReadOnlyDictionary<string, string>? errors)
    {
        var found = RoleSummaries.List(agents, new ListAgentsRequest { Role = role });
        if (found.Roles.Count == 0)
            throw new RequestRefusedException(StatusCode.NotFound, "UNKNOWN_ROLE", $"No agent of the role '{role}' has joined.", "role");
        var figures = await engine.AgentsAsync(new GetAgentMetricsRequest { Role = role }, Callers.Of(context), context.RequestAborted);
        var capability = found.Roles[0].Capabilities.FirstOrDefault(one => one.TaskType == task) ?? found.Roles[0].Capabilities[0];
        return Page.Show<AgentPage>(
            new { Role = found.Roles[0], Instances = (IReadOnlyList<AgentInstance>)found.Instances, Figures = figures.Roles.FirstOrDefault() ?? new AgentFigures { Role = role }, Chosen = capability, Values = values, Errors = errors },
            errors is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> TryAsync(HttpContext context, string role, [FromServices] IAgentDirectory agents, [FromServices] AgentTrials trials, [FromServices] IRunEngine engine)
    {
        var values = FormValues.Of(context.Request.Form);
        var task = values.GetValueOrDefault("task", "");
        var schema = agents.List(role).SelectMany(instance => instance.Contract.Capabilities).FirstOrDefault(one => one.TaskType == task)?.InputSchema ?? "";
        var (input, errors) = FormField.Of(schema).Count > 0 ? FormValues.Read(schema, values, Prefix) : Whole(values);
        if (errors.Count > 0)
            return await ShowAsync(context, role, agents, engine, task, values, errors);
        var request = new TryAgentRequest
        {
            Role = role,
            TaskType = task,
            Input = input,
            Description = values.GetValueOrDefault("description", "").Trim(),
            Workspace = values.GetValueOrDefault("workspace", "").Trim() is { Length: > 0 } path ? new Workspace { Path = path } : null,
        };
        try
        {
            RequestLimits.Check(request);
            var run = await engine.SubmitAsync(trials.ToSubmission(request), Callers.Of(context), context.RequestAborted);
            return Page.SeeOther(context, $"/runs/{run.RunId}", $"{role} is asked.");
        }
        catch (RequestRefusedException e) when (e.GrpcCode == StatusCode.InvalidArgument)
        {
            return await ShowAsync(context, role, agents, engine, task, values, new Dictionary<string, string>(StringComparer.Ordinal) { [FieldOf(e.Field, schema)] = e.Message });
        }
    }

    // What no field stands for is told above the form.
    private static string FieldOf(string? field, string schema) => field switch
    {
        "workspace.path" or "workspace" => "workspace",
        "description" => "description",
        { } name when FormField.Of(schema).Any(one => Prefix + one.Name == name) => name,
        { } name when name.StartsWith("input", StringComparison.Ordinal) && FormField.Of(schema).Count == 0 => WholeInput,
        _ => "",
    };

    private static (Struct Value, IReadOnlyDictionary<string, string> Errors) Whole(IReadOnlyDictionary<string, string> values)
    {
        try
        {
            return (values.GetValueOrDefault(WholeInput, "").Trim() is { Length: > 0 } text ? Contracts.ProtoJson.ParseStruct(text) : new Struct(), new Dictionary<string, string>(StringComparer.Ordinal));
        }
        catch (System.Text.Json.JsonException e)
        {
            return (new Struct(), new Dictionary<string, string>(StringComparer.Ordinal) { [WholeInput] = $"This is no JSON object: {e.Message}" });
        }
    }
}
