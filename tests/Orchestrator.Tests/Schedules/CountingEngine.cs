using System.Collections.Concurrent;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Tests.Schedules;

/// <summary>An engine that makes one run for each request id, as the real one does.</summary>
internal sealed class CountingEngine : IRunEngine
{
    private int _runs;

    /// <summary>Every run that there is, by its request id.</summary>
    public ConcurrentDictionary<string, string> Runs { get; } = new();

    public ConcurrentQueue<SubmitRunRequest> Submitted { get; } = new();

    public Principal? Submitter { get; private set; }

    /// <summary>Done when a submission comes, before and after the run is made.</summary>
    public Func<SubmitRunRequest, Task>? Before { get; set; }

    public Func<SubmitRunRequest, Task>? After { get; set; }

    public async Task<SubmitRunResponse> SubmitAsync(SubmitRunRequest request, Principal principal, CancellationToken cancellationToken)
    {
        Submitted.Enqueue(request);
        Submitter = principal;
        if (Before is not null)
            await Before(request);
        var run = Runs.GetOrAdd(request.RequestId, _ => $"run-{Interlocked.Increment(ref _runs)}");
        if (After is not null)
            await After(request);
        return new SubmitRunResponse { RunId = run };
    }

    public Task<Run> GetAsync(string runId, bool includeOutputs, Principal principal, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ListRunsResponse> ListAsync(ListRunsRequest request, Principal principal, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<RunEvent> WatchAsync(string runId, long afterVersion, Principal principal, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CancelRunResponse> CancelAsync(CancelRunRequest request, Principal principal, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RunResult> GetResultAsync(GetRunResultRequest request, Principal principal, CancellationToken cancellationToken) => throw new NotSupportedException();
}
