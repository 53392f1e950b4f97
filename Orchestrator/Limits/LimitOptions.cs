using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Limits;

/// <summary>How much callers and tenants may ask for: configuration section <c>Limits</c>, beside what the server takes from anybody.</summary>
internal sealed class LimitOptions : IValidatableObject
{
    /// <summary>Calls a second of each caller in the long run. 0: no limit. Null: 500, and no limit for <c>local</c>, who is everybody where no keys are asked for.</summary>
    [Range(0, 1_000_000)]
    public double? CallsPerSecond { get; set; }

    /// <summary>Calls of a caller that may come at once after a pause.</summary>
    [Range(1, 1_000_000)]
    public int CallBurst { get; set; } = 1000;

    /// <summary>Failed sign-ins a minute from one address; as many at once. 0: no limit.</summary>
    [Range(0, 1_000_000)]
    public int FailuresPerMinute { get; set; } = 60;

    /// <summary>Streams of a caller at a time: watches, server-sent events, subscriptions. 0: no limit. Null: 1,000, and no limit for <c>local</c>.</summary>
    [Range(0, 1_000_000)]
    public int? StreamsPerCaller { get; set; }

    /// <summary>Bytes of an artifact that is uploaded.</summary>
    [Range(1, long.MaxValue)]
    public long UploadBytes { get; set; } = 4L << 30;

    /// <summary>Uploads of a tenant at a time, for each replica.</summary>
    [Range(1, 100_000)]
    public int UploadsPerTenant { get; set; } = 256;

    /// <summary>By name; <c>*</c> is for every tenant that is not named. Empty: no limits.</summary>
    public Dictionary<string, TenantLimits> Tenants { get; } = new(StringComparer.Ordinal);

    /// <summary>What holds for a tenant.</summary>
    public TenantLimits Of(string tenant) => Tenants.GetValueOrDefault(tenant) ?? Tenants.GetValueOrDefault("*") ?? TenantLimits.None;

    /// <summary>The setting that holds for a tenant, for people.</summary>
    public string Key(string tenant, string name) => $"Limits:Tenants:{(Tenants.ContainsKey(tenant) ? tenant : "*")}:{name}";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (tenant, limits) in Tenants)
        {
            (string Name, long Value)[] values = [(nameof(limits.Runs), limits.Runs), (nameof(limits.Schedules), limits.Schedules), (nameof(limits.Artifacts), limits.Artifacts), (nameof(limits.ArtifactBytes), limits.ArtifactBytes)];
            foreach (var (name, value) in values.Where(value => value.Value < 0))
            {
                yield return new ValidationResult($"Limits:Tenants:{tenant}:{name} is {value}; it must be at least 0.");
            }
        }
    }
}

/// <summary>What one tenant may have at a time. 0: no limit.</summary>
internal sealed class TenantLimits
{
    public static readonly TenantLimits None = new();

    /// <summary>Runs that have not ended, over all replicas; those that tasks start count, but are not refused.</summary>
    public long Runs { get; set; }

    /// <summary>Schedules, paused ones too.</summary>
    public long Schedules { get; set; }

    /// <summary>Artifacts that are stored.</summary>
    public long Artifacts { get; set; }

    /// <summary>Bytes of all artifacts that are stored.</summary>
    public long ArtifactBytes { get; set; }
}
