using Google.Protobuf;
using Grpc.Core;
using Orchestrator.Limits;
using Orchestrator.Planning;
using Orchestrator.Processing;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Schedules;

/// <summary>Takes requests about schedules at any replica: reads from the store, changes where the schedule is owned.</summary>
internal sealed class ScheduleService(ScheduleTenant tenant, ScheduleStore schedules, IRunStore store, RequestPlanner planner, ScheduleQuota quota, TimeProvider time) : ISchedules
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public async Task<ScheduleView> PutAsync(PutScheduleRequest request, Principal principal, CancellationToken cancellationToken)
    {
        await CheckRunAsync(request.Schedule.Run, principal, cancellationToken);
        var logId = ScheduleIds.Log(principal.Tenant, request.Schedule.Name);
        var answer = await quota.PutAsync(principal.Tenant, logId, () => AskAsync(
            logId, new ScheduleCommand { Principal = principal, Put = request },
            async keeper => new ScheduleAnswer { Schedule = await keeper.PutAsync(request, principal, cancellationToken) }, cancellationToken), cancellationToken);
        return answer.Schedule;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScheduleView>> ListAsync(Principal principal, CancellationToken cancellationToken) =>
        [.. (await schedules.ListAsync(principal.Tenant, cancellationToken)).Select(Views.Of)];

    /// <inheritdoc/>
    public async Task<ScheduleView> GetAsync(string name, Principal principal, CancellationToken cancellationToken) =>
        await schedules.ReadAsync(ScheduleIds.Log(principal.Tenant, name), cancellationToken) is { } record ? Views.Of(record) : throw Unknown(name);

    /// <inheritdoc/>
    public async Task DeleteAsync(DeleteScheduleRequest request, Principal principal, CancellationToken cancellationToken) =>
        await AskAsync(
            ScheduleIds.Log(principal.Tenant, request.Name), new ScheduleCommand { Principal = principal, Delete = request },
            async keeper => await tenant.DeleteAsync(keeper, cancellationToken) ? new ScheduleAnswer() : throw Unknown(request.Name), cancellationToken);

    internal static RequestRefusedException Unknown(string name) =>
        new(StatusCode.NotFound, "UNKNOWN_SCHEDULE", $"name: there is no schedule '{name}'.", "name");

    // What could never be started is refused now, not at three in the morning.
    private async Task CheckRunAsync(SubmitRunRequest run, Principal principal, CancellationToken ct)
    {
        // Runs hold what they work on; a schedule, whose next run is to come, holds nothing.
        if (run.Workspace?.Artifact is not null)
            throw new RequestRefusedException(StatusCode.InvalidArgument, "NOT_SUPPORTED", "run.workspace.artifact is set; a schedule works on a folder as it is then: use run.workspace.path.", "run.workspace.artifact");
        try
        {
            await planner.PlanAsync(run, SubmissionRules.Read(run, principal), ct);
        }
        catch (RequestRefusedException e)
        {
            throw new RequestRefusedException(e.GrpcCode, e.Code, $"run: {e.Message}", e.Field is null ? "run" : $"run.{e.Field}");
        }
    }

    private async Task<ScheduleAnswer> AskAsync(string logId, ScheduleCommand command, Func<ScheduleKeeper, Task<ScheduleAnswer>> here, CancellationToken ct)
    {
        if (tenant.Find(logId) is { } keeper)
        {
            try
            {
                return await here(keeper);
            }
            catch (Exception e) when (e is LeaseLostException || (e is OperationCanceledException && !ct.IsCancellationRequested))
            {
                // It is another's by now.
            }
        }

        var answer = await AskOwnerAsync(logId, command, ct);
        return answer.Status == 0
            ? answer
            : throw new RequestRefusedException((StatusCode)answer.Status, answer.Code, answer.Message, answer.Field.Length > 0 ? answer.Field : null);
    }

    private async Task<ScheduleAnswer> AskOwnerAsync(string logId, ScheduleCommand command, CancellationToken ct)
    {
        var item = new InboxItem(Guid.NewGuid().ToString("N"), logId, command.ToByteArray());
        return await store.AskAsync(item, s_look, s_patience, time, ct) is { } answer
            ? ScheduleAnswer.Parser.ParseFrom(answer.Span)
            : throw new RequestRefusedException(StatusCode.Unavailable, "UNAVAILABLE", "No replica has taken the schedule's partition yet; try again.");
    }
}
