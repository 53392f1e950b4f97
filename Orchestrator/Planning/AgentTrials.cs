using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Contracts;
using Orchestrator.Dispatch;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Planning;

/// <summary>Turns a trial of an agent into the submission of a single task, after holding the input against the agent's contract.</summary>
internal sealed class AgentTrials(IAgentDirectory agents)
{
    /// <summary>The label of runs that are trials; its value is the role.</summary>
    public const string Label = "try";

    /// <summary>The request to submit.</summary>
    /// <exception cref="RequestRefusedException">No agent of the role does it, or the input breaks its schema.</exception>
    public SubmitRunRequest ToSubmission(TryAgentRequest request)
    {
        var capability = Find(request.Role, request.TaskType);
        var input = request.Input ?? new Struct();
        if (capability.InputSchema.Length > 0 && JsonSchemas.Violations(capability.InputSchema, input) is { Count: > 0 } violations)
        {
            var field = violations[0].StartsWith('\'') ? "input." + violations[0][1..violations[0].IndexOf('\'', 1)] : "input";
            throw Refused("INVALID_INPUT", $"The input is not what '{request.Role}' takes for '{capability.TaskType}': {string.Join("; ", violations)}.", field);
        }

        var submission = new SubmitRunRequest
        {
            RequestId = request.RequestId,
            AgentMessage = new AgentMessage
            {
                ToAgent = request.Role,
                TaskType = capability.TaskType,
                Task = new TaskBody { Description = request.Description.Length > 0 ? request.Description : $"Try {request.Role}/{capability.TaskType}", InputData = input },
                Constraints = new Constraints { TimeLimit = request.TimeLimit },
            },
            Workspace = request.Workspace,
            Labels = { request.Labels },
        };
        submission.Labels.TryAdd(Label, request.Role);
        return submission;
    }

    private Capability Find(string role, string taskType)
    {
        var all = agents.List(role).SelectMany(instance => instance.Contract?.Capabilities ?? []).DistinctBy(capability => capability.TaskType).ToList();
        var names = string.Join(", ", all.Select(capability => capability.TaskType).Order(StringComparer.Ordinal));
        if (all.Count == 0)
        {
            var known = string.Join(", ", agents.List(null).Select(instance => instance.Contract?.Role ?? "").Where(known => known.Length > 0).Distinct(StringComparer.Ordinal));
            throw Refused("UNKNOWN_ROLE", $"role is '{role}'; no agent of this role has joined. {(known.Length == 0 ? "No agent has." : $"The roles are {known}.")}", "role");
        }

        if (taskType.Length == 0)
        {
            return all.Count == 1 ? all[0] : throw Refused("INVALID_INPUT", $"task_type is missing; '{role}' does several kinds of work: {names}.", "task_type");
        }

        return all.Find(capability => capability.TaskType == taskType)
            ?? throw Refused("INVALID_INPUT", $"task_type is '{taskType}'; '{role}' does {names}.", "task_type");
    }

    private static RequestRefusedException Refused(string code, string message, string field) => new(StatusCode.InvalidArgument, code, message, field);
}
