using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Tests.Api;

/// <summary>An engine that knows one run, whose events a test adds. What it was asked is kept.</summary>
internal sealed class ScriptedEngine : IRunEngine
{
    public const string RunId = "run-1";

    private readonly List<RunEvent> _events = [];
    private readonly List<Channel<RunEvent>> _watchers = [];
    private readonly Lock _lock = new();

    public State Status { get; set; } = State.InProgress;

    public RequestRefusedException? Refusal { get; set; }

    public Exception? Fault { get; set; }

    public SubmitRunRequest? Submitted { get; private set; }

    public ListRunsRequest? Listed { get; private set; }

    public CancelRunRequest? Cancelled { get; private set; }

    public bool OutputsAsked { get; private set; }

    public Principal? Caller { get; private set; }

    /// <summary>The last request to pause, resume, retry, delete, list approvals, decide, or measure the queue.</summary>
    public IMessage? Asked { get; private set; }

    public ListApprovalsResponse Approvals { get; } = new();

    public GetQueueMetricsResponse Queue { get; } = new();

    public int Watchers
    {
        get
        {
            lock (_lock)
                return _watchers.Count;
        }
    }

    /// <summary>Adds an event; the last one ends the run.</summary>
    public void Add(RunEvent e, bool last = false)
    {
        lock (_lock)
        {
            e.Version = _events.Count + 1;
            e.RunId = RunId;
            _events.Add(e);
            if (last)
                Status = State.Completed;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(e);
                if (last)
                    watcher.Writer.TryComplete();
            }
        }
    }

    public Task<SubmitRunResponse> SubmitAsync(SubmitRunRequest request, Principal principal, CancellationToken cancellationToken)
    {
        Throw();
        (Submitted, Caller) = (request, principal);
        return Task.FromResult(new SubmitRunResponse { RunId = RunId, Version = 1 });
    }

    public Task<Run> GetAsync(string runId, bool includeOutputs, Principal principal, CancellationToken cancellationToken)
    {
        Throw();
        Known(runId);
        OutputsAsked = includeOutputs;
        lock (_lock)
            return Task.FromResult(new Run { Version = _events.Count, Summary = new RunSummary { RunId = runId, Status = Status } });
    }

    public Task<ListRunsResponse> ListAsync(ListRunsRequest request, Principal principal, CancellationToken cancellationToken)
    {
        Throw();
        Listed = request;
        return Task.FromResult(new ListRunsResponse { Runs = { new RunSummary { RunId = RunId } }, NextPageToken = "more" });
    }

    public async IAsyncEnumerable<RunEvent> WatchAsync(
        string runId, long afterVersion, Principal principal, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Known(runId);
        var channel = Channel.CreateUnbounded<RunEvent>();
        lock (_lock)
        {
            foreach (var e in _events.Skip((int)afterVersion))
                channel.Writer.TryWrite(e);
            if (Status == State.Completed)
                channel.Writer.TryComplete();
            _watchers.Add(channel);
        }

        try
        {
            await foreach (var e in channel.Reader.ReadAllAsync(cancellationToken))
                yield return e;
        }
        finally
        {
            lock (_lock)
                _watchers.Remove(channel);
        }
    }

    public Task<CancelRunResponse> CancelAsync(CancelRunRequest request, Principal principal, CancellationToken cancellationToken)
    {
        Throw();
        Known(request.RunId);
        Cancelled = request;
        return Task.FromResult(new CancelRunResponse { Status = State.Cancelled });
    }

    public Task<RunResult> GetResultAsync(GetRunResultRequest request, Principal principal, CancellationToken cancellationToken)
    {
        Throw();
        Known(request.RunId);
        return Status == State.Completed
            ? Task.FromResult(new RunResult { RunId = request.RunId, Status = Status })
            : throw new RequestRefusedException(StatusCode.FailedPrecondition, "RUN_NOT_ENDED", "It goes on.", "run_id");
    }

    public Task<PauseRunResponse> PauseAsync(PauseRunRequest request, Principal principal, CancellationToken cancellationToken) =>
        Answer(request, request.RunId, principal, new PauseRunResponse { Status = State.Paused });

    public Task<ResumeRunResponse> ResumeAsync(ResumeRunRequest request, Principal principal, CancellationToken cancellationToken) =>
        Answer(request, request.RunId, principal, new ResumeRunResponse { Status = State.InProgress });

    public Task<GuideRunResponse> GuideAsync(GuideRunRequest request, Principal principal, CancellationToken cancellationToken) =>
        Answer(request, request.RunId, principal, new GuideRunResponse { Status = State.InProgress, Key = "guidance/1" });

    public Task<RetryRunResponse> RetryAsync(RetryRunRequest request, Principal principal, CancellationToken cancellationToken) =>
        Answer(request, request.RunId, principal, new RetryRunResponse { RunId = "run-2", Adopted = 3 });

    public Task<DeleteRunResponse> DeleteAsync(DeleteRunRequest request, Principal principal, CancellationToken cancellationToken) =>
        Answer(request, request.RunId, principal, new DeleteRunResponse());

    public Task<ListApprovalsResponse> ListApprovalsAsync(ListApprovalsRequest request, Principal principal, CancellationToken cancellationToken) =>
        Answer(request, RunId, principal, Approvals);

    public Task<DecideApprovalResponse> DecideAsync(DecideApprovalRequest request, Principal principal, CancellationToken cancellationToken) =>
        Answer(request, request.RunId, principal, new DecideApprovalResponse { RunStatus = State.InProgress });

    public Task<GetQueueMetricsResponse> QueueAsync(GetQueueMetricsRequest request, CancellationToken cancellationToken) =>
        Answer(request, RunId, null, Queue);

    public GetAgentMetricsResponse Agents { get; } = new();

    public Task<GetAgentMetricsResponse> AgentsAsync(GetAgentMetricsRequest request, Principal principal, CancellationToken cancellationToken) =>
        Answer(request, RunId, principal, Agents);

    private Task<T> Answer<T>(IMessage request, string runId, Principal? principal, T response)
    {
        Throw();
        Known(runId);
        (Asked, Caller) = (request, principal);
        return Task.FromResult(response);
    }

    private void Throw()
    {
        if (Refusal is not null)
            throw Refusal;
        if (Fault is not null)
            throw Fault;
    }

    private static void Known(string runId)
    {
        if (runId != RunId)
            throw new RequestRefusedException(StatusCode.NotFound, "UNKNOWN_RUN", $"There is no run '{runId}'.", "run_id");
    }
}
