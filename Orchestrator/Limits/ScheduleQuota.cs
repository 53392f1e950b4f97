using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Orchestrator.Processing;
using Orchestrator.Schedules;
using Orchestrator.Storage;

namespace Orchestrator.Limits;

/// <summary>
/// How many schedules a tenant may have. The store counts them, so the limit holds over all replicas; it can be passed by no more
/// than what several replicas take in the same moment.
/// </summary>
internal sealed class ScheduleQuota(IOptions<LimitOptions> options, IRunStore store)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal); // as many as tenants

    /// <summary>Stores a schedule, one of a tenant at a time where it has a limit.</summary>
    /// <param name="tenant">Whose schedule it is.</param>
    /// <param name="logId">Its log: one that is there already is changed, whatever the limit.</param>
    /// <param name="put">Stores it.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="RequestRefusedException">RESOURCE_EXHAUSTED, <c>TOO_MANY_SCHEDULES</c>.</exception>
    public async Task<T> PutAsync<T>(string tenant, string logId, Func<Task<T>> put, CancellationToken ct)
    {
        var limit = options.Value.Of(tenant).Schedules;
        if (limit == 0)
        {
            return await put();
        }

        var gate = _gates.GetOrAdd(tenant, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(ct);
        try
        {
            if (await store.GetIndexAsync(logId, ct) is null && await store.CountOpenRunsAsync(ScheduleIds.IndexTenant(tenant), ct) is var count && count >= limit)
            {
                throw new RequestRefusedException(
                    StatusCode.ResourceExhausted, "TOO_MANY_SCHEDULES", $"Tenant '{tenant}' has {count} schedules, and {options.Value.Key(tenant, nameof(TenantLimits.Schedules))} is {limit}: delete one, or ask for more.");
            }

            return await put();
        }
        finally
        {
            gate.Release();
        }
    }
}
