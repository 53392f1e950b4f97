using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Tests.Engine;
using Orchestrator.Tests.Runs;
using Protos.V1;
using static Orchestrator.Tests.Team.TeamFixture;

namespace Orchestrator.Tests.Team;

public class TeamRecoveryTests
{
    [Fact]
    public async Task TeamRestarts_InTheMiddle_TheRunGoesOnAndNothingIsDoneTwice()
    {
        var executions = 0;
        var mayEnd = new TaskCompletionSource();
        await using var fixture = await StartAsync(async (_, ct) =>
        {
            Interlocked.Increment(ref executions);
            await mayEnd.Task.WaitAsync(ct);
        });
        var runId = await fixture.Master.SubmitAsync(Plans.Of(ForTeam("a", "measure", Json("""{"text": "abc"}"""))));
        await TestSystem.Until(() => executions == 1, "the team's worker works");

        await fixture.Team.StopOrchestratorAsync();
        await fixture.Team.StartOrchestratorAsync();
        await fixture.JoinedAsync();
        mayEnd.SetResult();
        var events = await fixture.Master.WatchAsync(runId);

        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        executions.ShouldBe(1);
        (await fixture.TeamRunsAsync()).ShouldHaveSingleItem().Status.ShouldBe(State.Completed);
    }

    [Fact]
    public async Task MasterRestarts_InTheMiddle_AttachesToTheTeamsRun()
    {
        var executions = 0;
        var mayEnd = new TaskCompletionSource();
        await using var fixture = await StartAsync(async (_, ct) =>
        {
            Interlocked.Increment(ref executions);
            await mayEnd.Task.WaitAsync(ct);
        });
        var runId = await fixture.Master.SubmitAsync(Plans.Of(ForTeam("a", "measure", Json("""{"text": "abc"}"""))));
        await TestSystem.Until(() => executions == 1, "the team's worker works");

        await fixture.Master.StopOrchestratorAsync();
        await fixture.Master.StartOrchestratorAsync();
        mayEnd.SetResult();
        var events = await fixture.Master.WatchAsync(runId);

        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        events.ShouldNotContain(e => e.AttemptFailed != null);
        executions.ShouldBe(1);
    }

    [Fact]
    public async Task Attach_AfterTheTeamRestarted_GoesOnWithoutAGap()
    {
        var mayEnd = new TaskCompletionSource();
        await using var fixture = await StartAsync((_, ct) => mayEnd.Task.WaitAsync(ct));
        var assignment = Assignment(1);
        var seqs = new List<long>();
        var before = fixture.TeamClient(out var channel);
        using (channel)
        {
            using var call = before.Execute(new ExecuteRequest { Assignment = assignment });
            while (seqs.Count < 3 && await call.ResponseStream.MoveNext(CancellationToken.None))
                seqs.Add(call.ResponseStream.Current.Seq);
            (await Should.ThrowAsync<RpcException>(async () => await Again(before, assignment))).StatusCode.ShouldBe(StatusCode.AlreadyExists);
        }

        await fixture.Team.StopOrchestratorAsync();
        await fixture.Team.StartOrchestratorAsync();
        mayEnd.SetResult();
        var after = fixture.TeamClient(out channel);
        TaskEvent? last = null;
        using (channel)
        {
            using var call = after.Attach(new AttachRequest { Credential = assignment.Credential, AfterSeq = 3 });
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
                seqs.Add((last = call.ResponseStream.Current).Seq);
        }

        seqs.ShouldBe(Enumerable.Range(1, seqs.Count).Select(seq => (long)seq));
        last!.Result.Output.Fields["length"].NumberValue.ShouldBe(3);
        (await fixture.TeamRunsAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Attach_UnknownAttempt_IsNotFoundAndCanNeverStart()
    {
        await using var fixture = await StartAsync();
        var client = fixture.TeamClient(out var channel);
        using var _ = channel;
        var assignment = Assignment(1);

        var unknown = await Should.ThrowAsync<RpcException>(async () =>
        {
            using var call = client.Attach(new AttachRequest { Credential = assignment.Credential });
            await call.ResponseStream.MoveNext(CancellationToken.None);
        });
        var late = await Should.ThrowAsync<RpcException>(() => Again(client, assignment));

        unknown.StatusCode.ShouldBe(StatusCode.NotFound);
        late.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        (await fixture.TeamRunsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Execute_NextAttempt_JoinsTheRunThatGoesOnUnlessItsOutputWasRefused()
    {
        var mayEnd = new TaskCompletionSource();
        await using var fixture = await StartAsync((_, ct) => mayEnd.Task.WaitAsync(ct));
        var client = fixture.TeamClient(out var channel);
        using var _ = channel;
        using var first = client.Execute(new ExecuteRequest { Assignment = Assignment(1) });
        await first.ResponseStream.MoveNext(CancellationToken.None);
        using var second = client.Execute(new ExecuteRequest { Assignment = Assignment(2) });
        await second.ResponseStream.MoveNext(CancellationToken.None);
        (await fixture.TeamRunsAsync()).Count.ShouldBe(1);
        var third = Assignment(3);
        third.Violations.Add("length: must be even");

        using var afresh = client.Execute(new ExecuteRequest { Assignment = third });
        await afresh.ResponseStream.MoveNext(CancellationToken.None);

        (await fixture.TeamRunsAsync()).Count.ShouldBe(2);
        mayEnd.SetResult();
        (await ResultAsync(second)).Result.ShouldNotBeNull();
        (await ResultAsync(afresh)).Result.ShouldNotBeNull();
    }

    [Fact]
    public async Task Execute_OldEpochOrFull_IsRefused()
    {
        var mayEnd = new TaskCompletionSource();
        await using var fixture = await StartAsync((_, ct) => mayEnd.Task.WaitAsync(ct), "--Team:MaxParallel=1");
        var client = fixture.TeamClient(out var channel);
        using var _ = channel;
        using var first = client.Execute(new ExecuteRequest { Assignment = Assignment(1, epoch: 5) });
        await first.ResponseStream.MoveNext(CancellationToken.None);

        var full = await Should.ThrowAsync<RpcException>(() => Again(client, Assignment(1, task: "other", epoch: 5)));
        mayEnd.SetResult();
        (await ResultAsync(first)).Result.ShouldNotBeNull();
        await TestSystem.Until(() => fixture.Instances().All(instance => instance.Running == 0), "its place is free");
        var old = await Should.ThrowAsync<RpcException>(() => Again(client, Assignment(1, task: "third", epoch: 4)));

        full.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        old.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        old.Status.Detail.ShouldContain("Epoch 4");
        (await fixture.TeamRunsAsync()).Count.ShouldBe(1);
    }

    private static TaskAssignment Assignment(int attempt, string task = "a", long epoch = 1) => new()
    {
        ToAgent = "team",
        TaskType = "measure",
        Task = new TaskBody { Description = "Measure", InputData = Json("""{"text": "abc"}""") },
        Credential = new AttemptCredential { RunId = "run-of-the-master", TaskId = task, Attempt = attempt, Epoch = epoch },
    };

    private static async Task Again(AgentService.AgentServiceClient client, TaskAssignment assignment)
    {
        using var call = client.Execute(new ExecuteRequest { Assignment = assignment });
        await call.ResponseStream.MoveNext(CancellationToken.None);
    }

    private static async Task<TaskEvent> ResultAsync(AsyncServerStreamingCall<TaskEvent> call)
    {
        var last = call.ResponseStream.Current;
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
            last = call.ResponseStream.Current;
        return last;
    }
}
