using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Grpc.AspNetCore.HealthChecks.Internal;

/// <summary>The report that the host published last, and a signal for the next one.</summary>
internal sealed class PublishedHealth
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<HealthReport> _next = NewSignal();
    private HealthReport? _latest;

    public HealthReport? Latest
    {
        get
        {
            lock (_lock)
                return _latest;
        }
    }

    /// <summary>Completes with the report that follows this call.</summary>
    public Task<HealthReport> NextAsync()
    {
        lock (_lock)
            return _next.Task;
    }

    public void Publish(HealthReport report)
    {
        TaskCompletionSource<HealthReport> signal;
        lock (_lock)
        {
            _latest = report;
            signal = _next;
            _next = NewSignal();
        }

        signal.SetResult(report);
    }

    private static TaskCompletionSource<HealthReport> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Passes on what the host publishes.</summary>
internal sealed class HealthPublisher(PublishedHealth published) : IHealthCheckPublisher
{
    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        published.Publish(report);
        return Task.CompletedTask;
    }
}
