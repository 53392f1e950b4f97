using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Dispatch;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Planning;

/// <summary>
/// Makes a plan of one task from a message. The long form says all there is to say. The short form does not say which
/// kind of work is meant: that is the only one of the role's contract, or the one that the role is usually asked for,
/// whose input is <c>context.input_data</c> and, where it takes a text, the description.
/// </summary>
/// <param name="agents">Instances whose contracts may tell the kind of work.</param>
internal sealed partial class SingleTasks(IAgentDirectory agents)
{
    // What a role is usually asked for, and which of its inputs is a text.
    private static readonly Dictionary<string, (string TaskType, string? TextInput)> s_usual = new(StringComparer.Ordinal)
    {
        ["researcher"] = ("answer", "question"),
        ["analyst"] = ("metrics", null),
        ["reviewer"] = ("quality", null),
        ["writer"] = ("report", "request"),
        ["executor"] = ("chain", null),
        ["developer"] = ("fix", null),
    };

    /// <summary>The short form.</summary>
    public (PlannedTask Task, Struct Inputs) Plan(ProtocolMessage message)
    {
        if (message.MessageType is not "task_assignment")
            throw Refused("message.message_type", $"is '{message.MessageType}'; it must be 'task_assignment'");
        var payload = message.Payload ?? throw Refused("message.payload", "is missing; it is required");
        var role = Role(message.To, "message.to");
        var (taskType, textInput) = UsualWork(role);
        var verbatim = new Verbatim();
        var given = payload.Context?.Fields.GetValueOrDefault("input_data")?.StructValue;
        var input = verbatim.Keep(given);
        if (textInput is not null && !input.Fields.ContainsKey(textInput))
            input.Fields[textInput] = Value.ForString(verbatim.Keep(payload.Description));
        var task = new PlannedTask
        {
            Id = Id(payload.TaskId, "message.payload.task_id"),
            Role = role,
            TaskType = taskType,
            Description = verbatim.Keep(Required(payload.Description, "message.payload.description")),
            Input = input,
            Context = verbatim.Keep(payload.Context),
            TimeLimit = TimeLimit(payload.Constraints, "message.payload.constraints"),
        };
        return (task, verbatim.Inputs());
    }

    /// <summary>The long form.</summary>
    public static (PlannedTask Task, Struct Inputs) Plan(AgentMessage message)
    {
        var body = message.Task ?? throw Refused("agent_message.task", "is missing; it is required");
        if (!Priorities.TryParse(message.Priority, out var priority))
            throw Refused("agent_message.priority", $"is '{message.Priority}'; it must be low, normal, high, critical, or 0 to 9");
        var verbatim = new Verbatim();
        var task = new PlannedTask
        {
            Id = "task",
            Role = Role(message.ToAgent, "agent_message.to_agent"),
            TaskType = Required(message.TaskType, "agent_message.task_type"),
            Description = verbatim.Keep(Required(body.Description, "agent_message.task.description")),
            Requirements = { body.Requirements.Select(verbatim.Keep) },
            Input = verbatim.Keep(body.InputData),
            Context = verbatim.Keep(message.Context),
            Priority = priority,
            TimeLimit = TimeLimit(message.Constraints, "agent_message.constraints"),
            ExpectedOutput = message.ExpectedOutput?.Clone(),
        };
        return (task, verbatim.Inputs());
    }

    private (string TaskType, string? TextInput) UsualWork(string role)
    {
        var usual = s_usual.GetValueOrDefault(role);
        var kinds = agents.List(role).SelectMany(agent => agent.Contract?.Capabilities ?? [])
            .Select(capability => capability.TaskType).Distinct(StringComparer.Ordinal).ToList();
        if (kinds.Count == 1)
            return kinds[0] == usual.TaskType ? usual : (kinds[0], null);
        if (usual.TaskType is not null)
            return usual;
        throw kinds.Count == 0
            ? Refused("message.to", $"is '{role}'; no agent with this role is known, so the kind of work must be said: use agent_message with task_type")
            : Refused("message.to", $"is '{role}', which does several kinds of work ({string.Join(", ", kinds)}): use agent_message with task_type");
    }

    // executor_1 is an executor: the orchestrator chooses which.
    private static string Role(string to, string field)
    {
        var match = RolePattern().Match(to.Trim().ToLowerInvariant());
        return match.Success
            ? match.Groups["role"].Value
            : throw Refused(field, to.Length == 0 ? "is missing; it is required" : $"is '{to}'; it must be a role, like 'researcher' or 'executor_1'");
    }

    private static string Id(string id, string field)
    {
        if (id.Length == 0)
            return "task";
        return IdPattern().IsMatch(id) && id.Length <= 100 && !Reference.Reserved.Contains(id)
            ? id
            : throw Refused(field, $"is '{id}'; it must be 1 to 100 letters, digits, '_' and '-', beginning with a letter or digit, and none of {string.Join(", ", Reference.Reserved)}");
    }

    private static int TimeLimit(Constraints? constraints, string field) => constraints?.TimeLimit switch
    {
        null => 0,
        < 0 or > 30 * 86400 => throw Refused($"{field}.time_limit", $"is {constraints.TimeLimit}; it must be 0 to {30 * 86400} seconds"),
        var seconds => seconds.Value,
    };

    private static string Required(string text, string field) =>
        string.IsNullOrWhiteSpace(text) ? throw Refused(field, "is missing; it is required") : text;

    private static RequestRefusedException Refused(string field, string rule) =>
        new(StatusCode.InvalidArgument, "INVALID_INPUT", $"{field} {rule}.", field);

    [GeneratedRegex("^(?<role>[a-z][a-z0-9]*([_-][a-z]+[a-z0-9]*)*)([_-][0-9]+)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RolePattern();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IdPattern();
}
