using Google.Protobuf;
using Grpc.Core;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Api;

/// <summary>
/// Bounds on everything that comes in, the same for gRPC and REST. Each refusal names the field, the value and the
/// limit. What a value means is judged further inside.
/// </summary>
internal static partial class RequestLimits
{
    /// <summary>Largest request, in bytes, as JSON or as a protobuf message.</summary>
    public const int MaxRequestBytes = 1024 * 1024;

    /// <summary>Longest request text, in bytes of UTF-8.</summary>
    public const int MaxTextBytes = 64 * 1024;

    /// <summary>Longest request id, in characters.</summary>
    public const int MaxRequestId = 100;

    /// <summary>Longest name: of a run, a role, a playbook. In characters.</summary>
    public const int MaxName = 100;

    /// <summary>Labels of a run.</summary>
    public const int MaxLabels = 20;

    /// <summary>Longest key or value of a label, in characters.</summary>
    public const int MaxLabel = 100;

    /// <summary>Deepest nesting of inputs.</summary>
    public const int MaxDepth = 32;

    /// <summary>Values in all inputs together.</summary>
    public const int MaxValues = 10_000;

    /// <summary>Runs in one page.</summary>
    public const int MaxPageSize = 200;

    /// <summary>Longest path, in characters.</summary>
    public const int MaxPath = 4096;

    /// <summary>Longest time limit: 30 days, in seconds.</summary>
    public const int MaxTimeLimit = 30 * 86400;

    /// <summary>Checks any request that has limits; others pass.</summary>
    /// <exception cref="RequestRefusedException">INVALID_ARGUMENT.</exception>
    public static void Check(IMessage request)
    {
        switch (request)
        {
            case SubmitRunRequest submit:
                Check(submit);
                break;
            case GetRunRequest get:
                RunId(get.RunId);
                break;
            case GetRunCostRequest cost:
                RunId(cost.RunId);
                break;
            case GetRunResultRequest result:
                RunId(result.RunId);
                InRange(result.Wait, 0, 300, "wait");
                break;
            case WatchRunRequest watch:
                RunId(watch.RunId);
                NotNegative(watch.AfterVersion, "after_version");
                break;
            case CancelRunRequest cancel:
                RunId(cancel.RunId);
                RequestId(cancel.RequestId);
                Text(cancel.Reason, "reason", 1000, multiLine: true);
                break;
            case ListRunsRequest list:
                Check(list);
                break;
            case VerifyRunRequest verify:
                RunId(verify.RunId);
                break;
            case ExportRunRequest export:
                RunId(export.RunId);
                break;
            case ListToolsRequest tools:
                Text(tools.Role, "role", MaxName);
                break;
            case ListAgentsRequest agents:
                Text(agents.Role, "role", MaxName);
                break;
            default:
                CheckControl(request);
                break;
        }
    }

    private static void Check(SubmitRunRequest request)
    {
        if (request.CalculateSize() is > MaxRequestBytes and var size)
            throw TooLarge("request", $"The request has {size} bytes; at most {MaxRequestBytes} are allowed.");
        RequestId(request.RequestId);
        switch (request.WorkCase)
        {
            case SubmitRunRequest.WorkOneofCase.Request:
                Words(request.Request, "request");
                break;
            case SubmitRunRequest.WorkOneofCase.Message:
                Check(request.Message);
                break;
            case SubmitRunRequest.WorkOneofCase.AgentMessage:
                Check(request.AgentMessage);
                break;
            default:
                throw Refused("request", "EMPTY_REQUEST", "request is missing; one of request, message and agent_message is required.");
        }

        Text(request.Playbook, "playbook", MaxName);
        Data(request.Inputs, "inputs");
        Text(request.Workspace?.Path ?? "", "workspace.path", MaxPath);
        Text(request.Workspace?.Artifact?.Id ?? "", "workspace.artifact.id", MaxName);
        Text(request.Priority, "priority", 20);
        InRange(request.TimeLimit, 0, MaxTimeLimit, "time_limit");
        Labels(request.Labels);
    }

    private static void Check(ProtocolMessage message)
    {
        Text(message.MessageType, "message.message_type", MaxName);
        Text(message.From, "message.from", MaxName);
        Text(message.To, "message.to", MaxName);
        Text(message.Payload?.TaskId ?? "", "message.payload.task_id", MaxName);
        Words(message.Payload?.Description ?? "", "message.payload.description");
        Data(message.Payload?.Context, "message.payload.context");
        InRange(message.Payload?.Constraints?.TimeLimit ?? 0, 0, MaxTimeLimit, "message.payload.constraints.time_limit");
    }

    private static void Check(AgentMessage message)
    {
        Text(message.MessageId, "agent_message.message_id", MaxName);
        Text(message.FromAgent, "agent_message.from_agent", MaxName);
        Text(message.ToAgent, "agent_message.to_agent", MaxName);
        Text(message.TaskType, "agent_message.task_type", MaxName);
        Text(message.Priority, "agent_message.priority", 20);
        Words(message.Task?.Description ?? "", "agent_message.task.description");
        Data(message.Context, "agent_message.context");
        Data(message.Task?.InputData, "agent_message.task.input_data");
        InRange(message.Constraints?.TimeLimit ?? 0, 0, MaxTimeLimit, "agent_message.constraints.time_limit");
        Several(message.Task?.Requirements, "agent_message.task.requirements", 100, 2000);
        Several(message.ExpectedOutput?.Files, "agent_message.expected_output.files", 1000, 500);
        Text(message.ExpectedOutput?.Tests ?? "", "agent_message.expected_output.tests", MaxName);
        Text(message.ExpectedOutput?.Coverage ?? "", "agent_message.expected_output.coverage", MaxName);
    }

    private static void Check(ListRunsRequest request)
    {
        InRange(request.PageSize, 0, MaxPageSize, "page_size");
        Text(request.PageToken, "page_token", 1000);
        Text(request.Playbook, "playbook", MaxName);
        if (request.Statuses.Count > 20)
            throw Refused("statuses", $"statuses has {request.Statuses.Count} entries; at most 20 are allowed.");
        foreach (var status in request.Statuses.Where(status => status == State.Unspecified || !System.Enum.IsDefined(status)))
            throw Refused("statuses", $"statuses has {(int)status}; it must be a state from PENDING to SKIPPED.");
    }
}
