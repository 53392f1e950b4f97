using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using Orchestrator.Processing;
using Orchestrator.Storage;
using Protos.V1;
using ServiceDefaults;

namespace Orchestrator.Team;

/// <summary>
/// A master's attempts as runs. The id of a run follows from the attempt, so whoever asks for the attempt, after whichever
/// restart and at whichever replica, finds the same run.
/// </summary>
internal sealed class TeamRuns(IRunEngine engine, IRunStore store, TeamInputs inputs, IOptions<TeamOptions> options)
{
    // How many attempts before one are looked at for a run that goes on.
    private const int LookBack = 8;
    private const int MaxRequestId = 100;
    private static readonly ActivitySource Source = new("Orchestrator.Team");

    /// <summary>For whom the runs are.</summary>
    public Principal Principal { get; } = new() { Name = options.Value.Role, Tenant = options.Value.Tenant };

    /// <summary>
    /// The run of an attempt: its own, or that of an attempt before whose run goes on or has completed: the master had
    /// lost the instance, not the work.
    /// </summary>
    /// <returns>Null: there is none.</returns>
    public async Task<(string RunId, bool IsOwn)?> FindAsync(AttemptCredential attempt, CancellationToken ct)
    {
        for (var number = attempt.Attempt; number >= 1 && number > attempt.Attempt - LookBack; number--)
        {
            var runId = RunId(attempt, number);
            if (await store.GetIndexAsync(runId, ct) is { } index && index.Tenant == Principal.Tenant)
            {
                var isOwn = number == attempt.Attempt;
                return isOwn || index.Open || index.Status == States.Name(State.Completed) ? (runId, isOwn) : null;
            }
        }

        return null;
    }

    /// <summary>Starts the run of an attempt, or joins that of the attempt before.</summary>
    /// <exception cref="RequestRefusedException">What is asked for cannot be done.</exception>
    public async Task<string> StartAsync(TaskAssignment assignment, CancellationToken ct)
    {
        var isAfresh = assignment.Violations.Count > 0 || assignment.Revision is not null; // the output before was not good enough
        if (!isAfresh && await FindAsync(assignment.Credential, ct) is { } before)
            return before.RunId;
        var request = await RequestAsync(assignment, ct);
        using var activity = ActivityContext.TryParse(assignment.TraceParent, null, isRemote: true, out var parent)
            ? Source.StartActivity($"{GenAi.InvokeAgent} {options.Value.Role}", ActivityKind.Server, parent) : null;
        activity?.SetTag(GenAi.Operation, GenAi.InvokeAgent).SetTag(GenAi.ProviderName, GenAi.Provider).SetTag(GenAi.AgentName, options.Value.Role)
            .SetTag(GenAi.Run, assignment.Credential.RunId).SetTag(GenAi.Task, assignment.Credential.TaskId).SetTag(GenAi.Attempt, assignment.Credential.Attempt);
        return (await engine.SubmitAsync(request, Principal, ct)).RunId;
    }

    private async Task<SubmitRunRequest> RequestAsync(TaskAssignment assignment, CancellationToken ct)
    {
        var given = assignment.Task?.InputData is { } data ? await inputs.FetchAsync(assignment.Credential, data, Principal.Tenant, ct) : new Struct();
        if (assignment.Workspace?.Artifact is { Id.Length: > 0 } packed)
            await inputs.FetchAsync(assignment.Credential, packed, Principal.Tenant, ct);
        var attempt = assignment.Credential;
        var request = new SubmitRunRequest
        {
            RequestId = RequestId(attempt, attempt.Attempt),
            Request = assignment.Task?.Description ?? "",
            Playbook = assignment.TaskType is TeamContract.Run or "" ? "" : assignment.TaskType,
            Inputs = given,
            Workspace = assignment.Workspace,
            Priority = assignment.Priority,
            TimeLimit = Math.Min(assignment.Constraints?.TimeLimit is > 0 and var seconds ? seconds : options.Value.TimeLimitSeconds, 30 * 86400),
            Labels = { ["master_run"] = Short(attempt.RunId), ["master_task"] = Short(attempt.TaskId) },
        };
        if (request.Playbook.Length == 0)
        {
            request.Request = Text(given, "request") is { Length: > 0 } words ? words : request.Request;
            request.Playbook = Text(given, "playbook");
            request.Inputs = given.Fields.GetValueOrDefault("inputs")?.StructValue ?? new Struct();
        }

        if (string.IsNullOrWhiteSpace(request.Request) && request.Playbook.Length > 0)
            request.Request = $"Task {attempt.TaskId} of run {attempt.RunId}";
        return request;
    }

    private string RunId(AttemptCredential attempt, int number) => RunEngine.RunId(RequestId(attempt, number), Principal.Tenant);

    private static string RequestId(AttemptCredential attempt, int number)
    {
        var id = $"team:{attempt.RunId}/{attempt.TaskId}/{number}";
        return id.Length <= MaxRequestId ? id : $"team:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))}";
    }

    private static string Text(Struct data, string name) =>
        data.Fields.GetValueOrDefault(name) is { KindCase: Value.KindOneofCase.StringValue } text ? text.StringValue : "";

    private static string Short(string text) => text.Length <= 100 ? text : text[..100];
}
