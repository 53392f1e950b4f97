using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Protos.V1;

namespace Cli.Tests;

/// <summary>What steers runs, decides approvals and sets schedules: each request is kept.</summary>
internal sealed partial class Script
{
    public ConcurrentQueue<IMessage> Asked { get; } = new();

    /// <summary>What waits for a decision. Null: nothing.</summary>
    public ApprovalView? Approval { get; set; }

    /// <summary>What is wrong with the policy file. Null: nothing.</summary>
    public TextError? PolicyError { get; set; }

    public string ServerVersion { get; set; } = "";

    public string StoreHealth { get; set; } = "Healthy";

    /// <summary>What decisions are refused with. Null: they are taken.</summary>
    public RpcException? DecisionRefusal { get; set; }

    /// <summary>Done when a decision comes. Null: nothing happens.</summary>
    public Action? OnDecide { get; set; }

    public override Task<PauseRunResponse> PauseRun(PauseRunRequest request, ServerCallContext context) =>
        Answer(request, request.RunId, new PauseRunResponse { Status = State.Paused });

    public override Task<ResumeRunResponse> ResumeRun(ResumeRunRequest request, ServerCallContext context) =>
        Answer(request, request.RunId, new ResumeRunResponse { Status = State.InProgress });

    public override Task<GuideRunResponse> GuideRun(GuideRunRequest request, ServerCallContext context) =>
        Answer(request, request.RunId, new GuideRunResponse { Status = State.InProgress, Key = "guidance/1" });

    public override Task<RetryRunResponse> RetryRun(RetryRunRequest request, ServerCallContext context) =>
        Answer(request, request.RunId, new RetryRunResponse { RunId = "run-2", Adopted = 2 });

    public override Task<DeleteRunResponse> DeleteRun(DeleteRunRequest request, ServerCallContext context) =>
        Answer(request, request.RunId, new DeleteRunResponse());

    public override Task<GetRunCostResponse> GetRunCost(GetRunCostRequest request, ServerCallContext context)
    {
        var used = new Usage { InputTokens = 900, OutputTokens = 100, CostMicros = 1_250_000 };
        var cost = new RunCost { RunId = request.RunId, Total = used, Attempts = 2, Seconds = 65, Budget = new Budget { Tokens = 1200, CostMicros = 2_000_000 }, Short = { "tokens" } };
        cost.Tasks.Add(new TaskCost { TaskId = "write", Role = "writer", Attempts = 2, Used = used, Seconds = 60, ModelHint = "small" });
        cost.Roles.Add(new RoleCost { Role = "writer", Attempts = 2, Used = used, Seconds = 60 });
        return Answer(request, request.RunId, new GetRunCostResponse { Cost = cost });
    }

    public override Task<ListApprovalsResponse> ListApprovals(ListApprovalsRequest request, ServerCallContext context)
    {
        var response = new ListApprovalsResponse();
        if (Approval is not null)
            response.Approvals.Add(Approval);
        return Answer(request, RunId, response);
    }

    public override Task<DecideApprovalResponse> DecideApproval(DecideApprovalRequest request, ServerCallContext context)
    {
        if (DecisionRefusal is not null)
            throw DecisionRefusal;
        var answer = Answer(request, request.RunId, new DecideApprovalResponse { RunStatus = State.InProgress });
        OnDecide?.Invoke();
        return answer;
    }

    public override Task<PutScheduleResponse> PutSchedule(PutScheduleRequest request, ServerCallContext context) =>
        Answer(request, RunId, new PutScheduleResponse { Schedule = View(request.Schedule) });

    public override Task<ListSchedulesResponse> ListSchedules(ListSchedulesRequest request, ServerCallContext context) =>
        Answer(request, RunId, new ListSchedulesResponse { Schedules = { View(new Schedule { Name = "nightly", Cron = "0 3 * * *", TimeZone = "Europe/Vienna", Run = new SubmitRunRequest { Request = "Audit it" } }) } });

    public override Task<DeleteScheduleResponse> DeleteSchedule(DeleteScheduleRequest request, ServerCallContext context) =>
        Answer(request, RunId, new DeleteScheduleResponse());

    public override Task<GetQueueMetricsResponse> GetQueueMetrics(GetQueueMetricsRequest request, ServerCallContext context) =>
        Answer(request, RunId, new GetQueueMetricsResponse { Roles = { new QueueMetrics { Role = "reviewer", Depth = 12, OldestSeconds = 75, Running = 3, Capacity = 4, Instances = 2 } } });

    public override Task<GetAgentMetricsResponse> GetAgentMetrics(GetAgentMetricsRequest request, ServerCallContext context)
    {
        var figures = new AgentFigures { Role = "developer", Delegated = 30, Completed = 25, Failed = 2, AvgSeconds = 900, Reviewed = 25, ApprovedFirst = 18, FirstApprovalRate = 0.72 };
        figures.Instances.Add(new AgentFigures { Role = "developer", Instance = "developer-1", Delegated = 30, Completed = 25, Failed = 2, AvgSeconds = 900 });
        return Answer(request, RunId, new GetAgentMetricsResponse { Runs = 9, Roles = { figures }, Orchestrator = new OrchestratorFigures { TasksDelegated = 45, ConflictResolutions = 5, Plans = 1, AvgDecompositionSeconds = 2.3 } });
    }

    private static ScheduleView View(Schedule schedule) => new()
    {
        Schedule = schedule,
        NextAt = schedule.Paused ? null : Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 11, 22, 2, 0, 0, TimeSpan.Zero)),
        Starts = 4,
        LastRunId = "run-9",
        LastError = "QUEUE_FULL: later",
    };

    private Task<T> Answer<T>(IMessage request, string runId, T response)
    {
        Known(runId);
        Asked.Enqueue(request);
        return Task.FromResult(response);
    }
}
