namespace Grpc.AspNetCore.HealthChecks;

/// <summary>What the health service answers from.</summary>
public sealed class GrpcHealthChecksOptions
{
    /// <summary>Which health checks make up which service; by default the empty name stands for all of them.</summary>
    public ServiceMappingCollection Services { get; } = new();

    /// <summary>Answer with the result that was published last instead of running the checks; false by default.</summary>
    public bool UseHealthChecksCache { get; set; }

    /// <summary>Keep watches open while the host is stopping; by default they end with NOT_SERVING.</summary>
    public bool SuppressCompletionOnShutdown { get; set; }
}
