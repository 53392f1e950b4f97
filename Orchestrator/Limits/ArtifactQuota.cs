using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Orchestrator.Artifacts;
using Orchestrator.Processing;

namespace Orchestrator.Limits;

/// <summary>
/// How much tenants may store: artifacts that are uploaded, and outputs that become artifacts. What the engine itself passes on
/// by reference is counted and not refused. The folder is measured every half minute; between, what this replica stores is added.
/// </summary>
internal sealed class ArtifactQuota(IOptions<LimitOptions> options, IArtifactStore artifacts, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _uploads = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Tenant> _tenants = new(StringComparer.Ordinal);

    /// <summary>Counts an upload until it is disposed of.</summary>
    /// <exception cref="RequestRefusedException">RESOURCE_EXHAUSTED, <c>TOO_MANY_UPLOADS</c>.</exception>
    public IDisposable Upload(string tenant)
    {
        var most = options.Value.UploadsPerTenant;
        return Counted.Take(_gate, _uploads, tenant, most) ?? throw new RequestRefusedException(
            StatusCode.ResourceExhausted, "TOO_MANY_UPLOADS", $"Tenant '{tenant}' has {most} uploads under way, and Limits:UploadsPerTenant is {most}: try again later.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };
    }

    /// <summary>Stores an upload within its limit and within what the tenant has left.</summary>
    /// <exception cref="RequestRefusedException">RESOURCE_EXHAUSTED: <c>TOO_LARGE</c> or <c>ARTIFACT_QUOTA</c>.</exception>
    /// <exception cref="ArtifactHashException">As <see cref="IArtifactStore.PutAsync"/>.</exception>
    public async Task<ArtifactInfo> StoreAsync(string tenant, Stream content, string mediaType, string? expectedId, CancellationToken ct)
    {
        var most = options.Value.UploadBytes;
        var left = await LeftAsync(tenant, 0, ct);
        try
        {
            var stored = await artifacts.PutAsync(tenant, content, mediaType, Math.Min(left, most), ct, expectedId);
            Added(tenant, stored.Size);
            return stored;
        }
        catch (ArtifactTooLargeException) when (left < most)
        {
            throw Full(tenant, nameof(TenantLimits.ArtifactBytes), $"would store more than the {left} bytes that are left of", options.Value.Of(tenant).ArtifactBytes);
        }
        catch (ArtifactTooLargeException)
        {
            throw new RequestRefusedException(StatusCode.ResourceExhausted, "TOO_LARGE", $"data: the artifact has more than {most} bytes, and Limits:UploadBytes is {most}.", "data");
        }
    }

    /// <summary>The bytes that a tenant has left, for something of a size.</summary>
    /// <exception cref="RequestRefusedException">RESOURCE_EXHAUSTED, <c>ARTIFACT_QUOTA</c>: there is no room.</exception>
    public async ValueTask<long> LeftAsync(string tenant, long size, CancellationToken ct)
    {
        var limits = options.Value.Of(tenant);
        if (limits is { Artifacts: 0, ArtifactBytes: 0 })
        {
            return long.MaxValue;
        }

        var (count, bytes) = await UsedAsync(tenant, ct);
        if (limits.Artifacts > 0 && count >= limits.Artifacts)
        {
            throw Full(tenant, nameof(limits.Artifacts), $"has {count} artifacts, as many as", limits.Artifacts);
        }

        if (limits.ArtifactBytes > 0 && bytes + Math.Max(1, size) > limits.ArtifactBytes)
        {
            throw Full(tenant, nameof(limits.ArtifactBytes), $"has artifacts of {bytes} bytes{(size > 0 ? $" and would store {size} more" : "")}, more than is left of", limits.ArtifactBytes);
        }

        return limits.ArtifactBytes > 0 ? limits.ArtifactBytes - bytes : long.MaxValue;
    }

    /// <summary>Notes what was stored, until the folder is measured again.</summary>
    public void Added(string tenant, long size)
    {
        if (_tenants.TryGetValue(tenant, out var known))
        {
            lock (known)
            {
                known.Used = (known.Used.Count + 1, known.Used.Bytes + size);
            }
        }
    }

    private async ValueTask<(long Count, long Bytes)> UsedAsync(string name, CancellationToken ct)
    {
        var tenant = _tenants.GetOrAdd(name, _ => new Tenant());
        await tenant.Gate.WaitAsync(ct);
        try
        {
            if (tenant.ReadAt is not { } at || time.GetElapsedTime(at) >= Fresh)
            {
                var used = await artifacts.MeasureAsync(name, ct);
                lock (tenant)
                {
                    (tenant.Used, tenant.ReadAt) = (used, time.GetTimestamp());
                }
            }

            lock (tenant)
            {
                return tenant.Used;
            }
        }
        finally
        {
            tenant.Gate.Release();
        }
    }

    private RequestRefusedException Full(string tenant, string name, string how, long limit) => new(
        StatusCode.ResourceExhausted, "ARTIFACT_QUOTA", $"Tenant '{tenant}' {how} {options.Value.Key(tenant, name)}, which is {limit}: delete runs that hold artifacts, or ask for more.");

    private sealed class Tenant
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public (long Count, long Bytes) Used { get; set; }

        public long? ReadAt { get; set; }
    }
}
