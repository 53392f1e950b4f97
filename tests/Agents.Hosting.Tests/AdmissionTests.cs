using Agents.Hosting.Tests.Fakes;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Protos.V1;

namespace Agents.Hosting.Tests;

public sealed class AdmissionTests : IAsyncLifetime
{
    private readonly GatedAgent _gate = new();
    private RunningAgent _agent = null!;

    public async Task InitializeAsync() => _agent = await RunningAgent.StartAsync(echo => _gate.Configure(echo, maxParallel: 2));

    public async Task DisposeAsync()
    {
        _gate.OpenAll();
        await _agent.DisposeAsync();
    }

    [Fact]
    public async Task Execute_FullInstance_IsRefusedBeforeItIsAnAttempt()
    {
        using var first = _agent.Execute(RunningAgent.Assignment(task: "a"));
        using var second = _agent.Execute(RunningAgent.Assignment(task: "b"));
        await Eventually.IsTrueAsync(() => _gate.Started == 2, "both run");

        using var third = _agent.Execute(RunningAgent.Assignment(task: "c"));
        var refusal = await Refused.ByAsync(third);
        refusal.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        refusal.Status.Detail.ShouldBe("This instance works on 2 attempts, and its limit is 2.");

        // No attempt: the same number is welcome when there is room.
        _gate.OpenAll();
        await TaskEvents.AllAsync(first.ResponseStream);
        (await _agent.RunAsync(RunningAgent.Assignment(task: "c")))[^1].EventCase.ShouldBe(TaskEvent.EventOneofCase.Result);
    }

    [Fact]
    public async Task Execute_KnownAttempt_AlreadyExists()
    {
        using var running = _agent.Execute(RunningAgent.Assignment());
        await Eventually.IsTrueAsync(() => _gate.Started == 1, "it runs");

        await RefusedAsync(RunningAgent.Assignment(), StatusCode.AlreadyExists, "Attempt 1 at run-1/t1 is known here; attach to it.");

        _gate.OpenAll();
        await TaskEvents.AllAsync(running.ResponseStream);
        await RefusedAsync(RunningAgent.Assignment(), StatusCode.AlreadyExists, "Attempt 1 at run-1/t1 is known here; attach to it.");
    }

    [Fact]
    public async Task Execute_OlderEpochOfTheRun_IsRefused()
    {
        _gate.OpenAll();
        await _agent.RunAsync(RunningAgent.Assignment(epoch: 7));

        await RefusedAsync(RunningAgent.Assignment(task: "t2", epoch: 6), StatusCode.FailedPrecondition, "Epoch 6 of run run-1 is over; epoch 7 is known here.");

        (await _agent.RunAsync(RunningAgent.Assignment(task: "t2", epoch: 6, run: "run-2")))[^1].EventCase.ShouldBe(TaskEvent.EventOneofCase.Result);
        (await _agent.RunAsync(RunningAgent.Assignment(task: "t2", epoch: 7)))[^1].EventCase.ShouldBe(TaskEvent.EventOneofCase.Result);
    }

    [Fact]
    public async Task Execute_OlderAttempt_IsRefused()
    {
        _gate.OpenAll();
        await _agent.RunAsync(RunningAgent.Assignment(attempt: 3));

        await RefusedAsync(RunningAgent.Assignment(attempt: 2), StatusCode.FailedPrecondition, "Attempt 2 at run-1/t1 cannot start: attempt 3 was started, finished or given up here.");
    }

    [Fact]
    public async Task Execute_AcknowledgedAttempt_NeverStartsAgain()
    {
        _gate.OpenAll();
        await _agent.RunAsync(RunningAgent.Assignment());
        await _agent.Client.AcknowledgeAsync(new AcknowledgeRequest { Attempts = { new AttemptKey { RunId = "run-1", TaskId = "t1", Attempt = 1 } } });

        await RefusedAsync(RunningAgent.Assignment(), StatusCode.FailedPrecondition, "Attempt 1 at run-1/t1 cannot start: attempt 1 was started, finished or given up here.");
        _gate.Started.ShouldBe(1);
    }

    [Fact]
    public async Task Execute_ExpiredCredential_IsRefused()
    {
        var assignment = RunningAgent.Assignment();
        assignment.Credential.ExpiresAt = new Timestamp { Seconds = 1_000_000_000 };

        await RefusedAsync(assignment, StatusCode.FailedPrecondition, "assignment.credential expired at 2001-09-09T01:46:40.0000000+00:00.");
    }

    [Fact]
    public async Task Execute_MissingOrWrongFields_NamesThem()
    {
        await RefusedAsync(null, StatusCode.InvalidArgument, "assignment is missing.");
        await RefusedAsync(new TaskAssignment(), StatusCode.InvalidArgument, "assignment.credential is missing.");
        var never = RunningAgent.Assignment();
        never.Deadline = new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = long.MaxValue };
        await RefusedAsync(never, StatusCode.InvalidArgument, "assignment.deadline is 9223372036854775807 seconds and 0 nanoseconds, which is no moment from the year 1 to 9999.");
        await RefusedAsync(RunningAgent.Assignment(run: ""), StatusCode.InvalidArgument, "assignment.credential.run_id is empty.");
        await RefusedAsync(RunningAgent.Assignment(task: ""), StatusCode.InvalidArgument, "assignment.credential.task_id is empty.");
        await RefusedAsync(RunningAgent.Assignment(attempt: 0), StatusCode.InvalidArgument, "assignment.credential.attempt is 0; attempts count from 1.");
        var other = RunningAgent.Assignment();
        other.ToAgent = "echoes";
        await RefusedAsync(other, StatusCode.InvalidArgument, "assignment.to_agent is \"echoes\"; this is echo.");
    }

    [Fact]
    public async Task Execute_NumberedRole_MeansTheRole()
    {
        _gate.OpenAll();
        var assignment = RunningAgent.Assignment();
        assignment.ToAgent = "echo_1";

        (await _agent.RunAsync(assignment))[^1].EventCase.ShouldBe(TaskEvent.EventOneofCase.Result);
    }

    private async Task RefusedAsync(TaskAssignment? assignment, StatusCode status, string detail)
    {
        using var call = _agent.Client.Execute(new ExecuteRequest { Assignment = assignment });
        var refusal = await Refused.ByAsync(call);
        refusal.Status.Detail.ShouldBe(detail);
        refusal.StatusCode.ShouldBe(status);
    }
}
