using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Orchestrator.Processing;
using Orchestrator.Storage;

namespace Orchestrator.Limits;

/// <summary>
/// How many runs a tenant may have that have not ended. The store counts them, so the limit holds over all replicas; it can be
/// passed by no more than what several replicas take in the same moment.
/// </summary>
internal sealed class RunQuota(IOptions<LimitOptions> options, IRunStore store, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Tenant> _tenants = new(StringComparer.Ordinal);

    /// <summary>Takes a place for a run that is about to be submitted.</summary>
    /// <param name="tenant">Whose run it is.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>To be disposed of when the run is stored, or is not; null: the tenant has no limit.</returns>
    /// <exception cref="RequestRefusedException">RESOURCE_EXHAUSTED, <c>TOO_MANY_RUNS</c>.</exception>
    public ValueTask<IDisposable?> TakeAsync(string tenant, CancellationToken ct) =>
        options.Value.Of(tenant).Runs is var limit and > 0 ? CountedAsync(tenant, limit, ct) : default;

    private async ValueTask<IDisposable?> CountedAsync(string name, long limit, CancellationToken ct)
    {
        var tenant = _tenants.GetOrAdd(name, _ => new Tenant());
        await tenant.Gate.WaitAsync(ct);
        try
        {
            var isFresh = tenant.ReadAt is { } at && time.GetElapsedTime(at) < Fresh;
            // Far from the limit, and at it, a count does for a moment: neither submits by the thousand nor refusals by the
            // thousand ask the store each time.
            if (!isFresh || (tenant.Runs < limit && (tenant.Runs + tenant.Taken) * 2 >= limit))
            {
                // What is on its way may be counted there already.
                tenant.Taken = tenant.OnTheirWay;
                tenant.Runs = await store.CountOpenRunsAsync(name, ct);
                tenant.ReadAt = time.GetTimestamp();
            }

            if (tenant.Runs + tenant.Taken >= limit)
            {
                throw new RequestRefusedException(
                    StatusCode.ResourceExhausted, "TOO_MANY_RUNS", $"Tenant '{name}' has {tenant.Runs + tenant.Taken} runs that have not ended, and {options.Value.Key(name, nameof(TenantLimits.Runs))} is {limit}: try again when one has ended.")
                {
                    RetryAfter = Fresh,
                };
            }

            tenant.Taken++;
            Interlocked.Increment(ref tenant.OnTheirWay);
            return new Place(tenant);
        }
        finally
        {
            tenant.Gate.Release();
        }
    }

    // Lives as long as the process, like its semaphore: there are as many as tenants.
    private sealed class Tenant
    {
        public long OnTheirWay;

        public SemaphoreSlim Gate { get; } = new(1);

        public long Runs { get; set; }

        public long Taken { get; set; }

        public long? ReadAt { get; set; }
    }

    private sealed class Place(Tenant tenant) : IDisposable
    {
        private int _given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0)
            {
                Interlocked.Decrement(ref tenant.OnTheirWay);
            }
        }
    }
}
