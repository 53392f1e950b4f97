using System.Text;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Runs;
using Orchestrator.Schedules;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>Turns what a client sends into what is stored.</summary>
internal static class SubmissionRules
{
    /// <summary>Longest request, in bytes of UTF-8.</summary>
    public const int MaxRequestBytes = 64 * 1024;

    /// <exception cref="RequestRefusedException">INVALID_ARGUMENT: names the field, the value and the rule.</exception>
    public static RunSubmitted Read(SubmitRunRequest request, Principal principal)
    {
        var text = request.WorkCase switch
        {
            SubmitRunRequest.WorkOneofCase.Message => request.Message.Payload?.Description ?? "",
            SubmitRunRequest.WorkOneofCase.AgentMessage => request.AgentMessage.Task?.Description ?? "",
            _ => request.Request,
        };
        if (string.IsNullOrWhiteSpace(text))
        {
            throw Refused("request", "is empty: say what is wanted.");
        }

        if (Encoding.UTF8.GetByteCount(text) is > MaxRequestBytes and var bytes)
        {
            throw Refused("request", $"has {bytes} bytes; at most {MaxRequestBytes} are allowed. Put large material into the workspace.");
        }

        var word = request.Priority.Length == 0 && request.WorkCase == SubmitRunRequest.WorkOneofCase.AgentMessage ? request.AgentMessage.Priority : request.Priority;
        if (!Priorities.TryParse(word, out var priority))
        {
            throw Refused("priority", $"'{word}' is none of low, normal, high, critical, 0 to 9.");
        }

        if (request.TimeLimit is < 0 or > 30 * 86400)
        {
            throw Refused("time_limit", $"{request.TimeLimit} is not in 0 to {30 * 86400} seconds.");
        }

        List<string> violations = [];
        BudgetRules.Check(request.Budget, "budget", violations);
        if (violations.Count > 0)
        {
            var (field, rule) = (violations[0].Split(": ", 2)[0], violations[0].Split(": ", 2)[1]);
            throw Refused(field, rule);
        }

        var submitted = new RunSubmitted
        {
            Principal = principal,
            Request = text,
            Playbook = request.Playbook,
            Inputs = request.Inputs ?? new Struct(),
            Workspace = request.Workspace,
            Priority = priority,
            TimeLimit = request.TimeLimit,
            Budget = request.Budget,
            Schedule = request.Labels.TryGetValue(ScheduleTimes.Label, out var schedule) ? schedule : "",
        };
        submitted.Labels.Add(request.Labels);
        return submitted;
    }

    private static RequestRefusedException Refused(string field, string rule) => new(StatusCode.InvalidArgument, "INVALID_ARGUMENT", $"{field}: {rule}", field);
}
