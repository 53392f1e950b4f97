using Orchestrator.Schedules;
using Protos.V1;

namespace Orchestrator.Tests.Api;

/// <summary>Schedules that are kept and never start anything.</summary>
internal sealed class ScriptedSchedules : ISchedules
{
    private readonly SortedDictionary<string, ScheduleView> _schedules = new(StringComparer.Ordinal);

    public Task<ScheduleView> PutAsync(PutScheduleRequest request, Principal principal, CancellationToken cancellationToken) =>
        Task.FromResult(_schedules[request.Schedule.Name] = new ScheduleView { Schedule = request.Schedule });

    public Task<IReadOnlyList<ScheduleView>> ListAsync(Principal principal, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ScheduleView>>([.. _schedules.Values]);

    public Task<ScheduleView> GetAsync(string name, Principal principal, CancellationToken cancellationToken) =>
        _schedules.TryGetValue(name, out var schedule) ? Task.FromResult(schedule) : throw ScheduleService.Unknown(name);

    public Task DeleteAsync(DeleteScheduleRequest request, Principal principal, CancellationToken cancellationToken) =>
        _schedules.Remove(request.Name) ? Task.CompletedTask : throw ScheduleService.Unknown(request.Name);
}
