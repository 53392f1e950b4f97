using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Schedules;

/// <summary>What the API asks of the schedules. Everything refused is a <see cref="RequestRefusedException"/>.</summary>
internal interface ISchedules
{
    /// <summary>Makes the schedule of this name, or replaces it.</summary>
    Task<ScheduleView> PutAsync(PutScheduleRequest request, Principal principal, CancellationToken cancellationToken);

    /// <summary>The schedules of the principal's tenant, by name.</summary>
    Task<IReadOnlyList<ScheduleView>> ListAsync(Principal principal, CancellationToken cancellationToken);

    /// <summary>One schedule. NOT_FOUND: there is none of this name.</summary>
    Task<ScheduleView> GetAsync(string name, Principal principal, CancellationToken cancellationToken);

    /// <summary>Deletes a schedule; runs that it started go on. NOT_FOUND: there is none of this name.</summary>
    Task DeleteAsync(DeleteScheduleRequest request, Principal principal, CancellationToken cancellationToken);
}
