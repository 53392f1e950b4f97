using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Protos.V1;

namespace Cli.Tests;

/// <summary>An orchestrator that plays a recorded run: it hands out the events up to a mark, then waits for the mark to move.</summary>
internal sealed partial class Script : OrchestratorService.OrchestratorServiceBase
{
    public const string RunId = "run-1";
    private readonly List<RunEvent> _events = [];
    private readonly ConcurrentQueue<TaskCompletionSource> _waiting = new();
    private volatile int _released;

    public ConcurrentQueue<SubmitRunRequest> Submitted { get; } = new();

    public ConcurrentQueue<CancelRunRequest> Cancelled { get; } = new();

    public ConcurrentQueue<long> WatchedAfter { get; } = new();

    public RunResult Result { get; } = new() { RunId = RunId, Playbook = "code-audit", Request = "Audit it", Status = State.Completed, DurationSeconds = 12 };

    /// <summary>What submissions are refused with. Null: they are taken.</summary>
    public RpcException? Refusal { get; set; }

    /// <summary>Done when a cancellation comes. Null: nothing happens.</summary>
    public Action? OnCancel { get; set; }

    /// <summary>Adds an event; it is handed out after <see cref="Release"/>.</summary>
    public Script Add(RunEvent e)
    {
        e.RunId = RunId;
        e.Version = _events.Count + 1;
        e.Time = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddSeconds(_events.Count));
        _events.Add(e);
        return this;
    }

    public void Release(int? count = null)
    {
        _released = count ?? _events.Count;
        while (_waiting.TryDequeue(out var waiting))
            waiting.TrySetResult();
    }

    public override Task<SubmitRunResponse> SubmitRun(SubmitRunRequest request, ServerCallContext context)
    {
        if (Refusal is not null)
            throw Refusal;
        Submitted.Enqueue(request);
        return Task.FromResult(new SubmitRunResponse { RunId = RunId, Version = 1 });
    }

    public override async Task WatchRun(WatchRunRequest request, IServerStreamWriter<WatchRunResponse> responseStream, ServerCallContext context)
    {
        Known(request.RunId);
        WatchedAfter.Enqueue(request.AfterVersion);
        for (var next = (int)request.AfterVersion; next < _events.Count; next++)
        {
            while (next >= _released)
            {
                var more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Enqueue(more);
                if (next < _released)
                    more.TrySetResult();
                await more.Task.WaitAsync(context.CancellationToken);
            }

            await responseStream.WriteAsync(new WatchRunResponse { Event = _events[next] }, context.CancellationToken);
        }
    }

    public override Task<CancelRunResponse> CancelRun(CancelRunRequest request, ServerCallContext context)
    {
        Known(request.RunId);
        Cancelled.Enqueue(request);
        OnCancel?.Invoke();
        return Task.FromResult(new CancelRunResponse { Status = State.Cancelled });
    }

    public override Task<GetRunResultResponse> GetRunResult(GetRunResultRequest request, ServerCallContext context)
    {
        Known(request.RunId);
        return Task.FromResult(new GetRunResultResponse { Result = Result });
    }

    public override Task<GetRunResponse> GetRun(GetRunRequest request, ServerCallContext context)
    {
        Known(request.RunId);
        var run = new Run { Summary = Summary(), PlanReason = "it says audit", Version = _events.Count };
        if (Approval is not null)
            run.Tasks.Add(new TaskView { Id = Approval.TaskId, Status = State.Waiting, Approval = Approval });
        run.Tasks.Add(new TaskView { Id = "inventory", Role = "researcher", Status = State.Completed, Attempts = 2, Instance = "researcher-1\u001b[2J", Score = 91 });
        return Task.FromResult(new GetRunResponse { Run = run });
    }

    public override Task<ListRunsResponse> ListRuns(ListRunsRequest request, ServerCallContext context)
    {
        var response = new ListRunsResponse();
        if (request.Statuses.Count == 0 || request.Statuses.Contains(State.InProgress))
            response.Runs.Add(Summary());
        return Task.FromResult(response);
    }

    public override Task<ListAgentsResponse> ListAgents(ListAgentsRequest request, ServerCallContext context)
    {
        var agent = new AgentInstance { Name = "reviewer-1", Url = "http://127.0.0.1:1", Health = InstanceHealth.Alive, Running = 1, Capacity = 4, Contract = new AgentContract { Role = "reviewer" } };
        agent.Contract.Capabilities.Add(new Capability { TaskType = "security" });
        return Task.FromResult(new ListAgentsResponse { Instances = { agent } });
    }

    public override Task<ListPlaybooksResponse> ListPlaybooks(ListPlaybooksRequest request, ServerCallContext context) =>
        Task.FromResult(new ListPlaybooksResponse { Playbooks = { new PlaybookInfo { Name = "code-audit", Description = "Looks for problems.", Roles = { "reviewer" } } } });

    private static RunSummary Summary() => new()
    {
        RunId = RunId,
        Request = "Audit it",
        Playbook = "code-audit",
        Status = State.InProgress,
        CreatedAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
        TasksTotal = 3,
        TasksDone = 1,
    };

    private static void Known(string runId)
    {
        if (runId != RunId)
            throw new RpcException(new Status(StatusCode.NotFound, $"run_id: there is no run '{runId}'."), new Metadata { { "agents-failure-code", "UNKNOWN_RUN" } });
    }

    /// <summary>A struct from JSON.</summary>
    public static Struct Json(string json) => JsonParser.Default.Parse<Struct>(json);
}
