using Agents.Hosting;
using Orchestrator.Tests.Engine;
using Orchestrator.Tests.Runs;
using Protos.V1;
using static Orchestrator.Tests.Team.TeamFixture;

namespace Orchestrator.Tests.Team;

public class TeamTests
{
    [Fact]
    public async Task Hierarchy_TasksOfTheMaster_AreDoneByTheTeamsAgents()
    {
        await using var fixture = await StartAsync();
        var plan = Plans.Of(
            ForTeam("words", "run", Json("""{"request": "Measure this", "playbook": "measure", "inputs": {"text": "four"}}""")),
            ForTeam("playbook", "measure", Json("""{"text": "${words.by}"}""")).With(task => task.DependsOn.Add("words")));
        plan.Result = Json("""{"words": "${words.length}", "playbook": "${playbook.length}", "by": "${playbook.by}"}""");

        var events = await fixture.Master.WatchAsync(await fixture.Master.SubmitAsync(plan));

        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        events[^1].RunCompleted.Output.ShouldBe(Json("""{"words": 4, "playbook": 17, "by": "the team's worker"}"""));
        events.ShouldNotContain(e => e.AttemptFailed != null);
        var runs = await fixture.TeamRunsAsync();
        runs.Count.ShouldBe(2);
        runs.ShouldAllBe(run => run.Status == State.Completed && run.Playbook == "measure" && run.Labels["master_run"] == events[0].RunId);
        runs.Select(run => run.Labels["master_task"]).ShouldBe(["playbook", "words"]);
    }

    [Fact]
    public async Task Contract_OfTheTeam_HasRunAndEachPlaybook()
    {
        await using var fixture = await StartAsync(settings: ["--Team:MaxParallel=3"]);

        var instance = fixture.Instances().ShouldHaveSingleItem();

        instance.Contract.Capabilities.Select(capability => capability.TaskType).ShouldBe(["run", "measure"]);
        instance.Contract.Capabilities[1].InputSchema.ShouldContain("\"text\"");
        instance.Contract.Limits.MaxParallel.ShouldBe(3);
        instance.Url.ShouldBe(fixture.Team.GrpcUrl);
    }

    [Fact]
    public async Task Failure_OfTheTeamsRun_IsThatOfTheTask()
    {
        await using var fixture = await StartAsync((_, _) => throw new TaskFailedException("NO_RULER", "There is nothing to measure with.", retryable: false));

        var events = await fixture.Master.WatchAsync(await fixture.Master.SubmitAsync(Plans.Of(ForTeam("a", "measure", Json("""{"text": "x"}""")))));

        var failure = events[^1].RunFailed.Failure;
        failure.Code.ShouldBe("NO_RULER");
        failure.Message.ShouldContain("There is nothing to measure with.");
        failure.Message.ShouldContain((await fixture.TeamRunsAsync()).ShouldHaveSingleItem().RunId);
        events.Count(e => e.TaskStarted != null).ShouldBe(1);
    }

    [Theory]
    [InlineData("run", """{"request": "Measure", "playbook": "nothing-like-it"}""", "UNKNOWN_PLAYBOOK")]
    [InlineData("run", """{"requst": "Measure"}""", "requst")]
    [InlineData("measure", """{"text": 5}""", "text")]
    public async Task Input_ThatTheTeamCannotTake_FailsTheTaskWithTheReason(string type, string input, string reason)
    {
        await using var fixture = await StartAsync();

        var events = await fixture.Master.WatchAsync(await fixture.Master.SubmitAsync(Plans.Of(ForTeam("a", type, Json(input)))));

        events[^1].RunFailed.Failure.Message.ShouldContain(reason);
        (await fixture.TeamRunsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancel_OfTheMastersRun_ReachesTheTeamsAgents()
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using var fixture = await StartAsync(async (_, ct) =>
        {
            await using var registration = ct.Register(() => cancelled.TrySetResult());
            started.TrySetResult();
            await Task.Delay(Timeout.Infinite, ct);
        });
        var runId = await fixture.Master.SubmitAsync(Plans.Of(ForTeam("a", "measure", Json("""{"text": "x"}"""))));
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await fixture.Master.Engine.CancelAsync(new CancelRunRequest { RunId = runId, Reason = "enough" }, TestSystem.Me, CancellationToken.None);

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var run = (await fixture.TeamRunsAsync()).ShouldHaveSingleItem();
        (await fixture.Team.WatchAsync(run.RunId))[^1].RunCancelled.ShouldNotBeNull();
    }

    [Fact]
    public async Task Progress_OfTheTeamsRun_IsSeenAtTheMaster()
    {
        var mayEnd = new TaskCompletionSource();
        await using var fixture = await StartAsync((_, ct) => mayEnd.Task.WaitAsync(ct));
        var runId = await fixture.Master.SubmitAsync(Plans.Of(ForTeam("a", "measure", Json("""{"text": "x"}"""))));

        var progress = await fixture.Master.UntilAsync(runId, e => e.TaskProgressed != null);
        mayEnd.SetResult();

        progress.TaskProgressed.Message.ShouldContain("tasks");
        (await fixture.Master.WatchAsync(runId))[^1].RunCompleted.ShouldNotBeNull();
    }

    [Fact]
    public async Task Input_LargeFromTheMaster_IsBroughtToTheTeam()
    {
        await using var fixture = await StartAsync();
        await fixture.Master.AddAgentAsync("author", agent => agent.OnTask<MeasureInput, Text>("write", (_, _, _) => Task.FromResult(new Text(new string('x', 200_000)))));
        var write = new PlannedTask { Id = "write", Role = "author", TaskType = "write", Description = "Write", Input = Json("""{"text": ""}""") };
        var plan = Plans.Of(write, ForTeam("a", "measure", Json("""{"text": "${write.value}"}""")).With(task => task.DependsOn.Add("write")));
        plan.Result = Json("""{"length": "${a.length}"}""");

        var events = await fixture.Master.WatchAsync(await fixture.Master.SubmitAsync(plan));

        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        events[^1].RunCompleted.Output.Fields["length"].NumberValue.ShouldBe(200_000);
    }
}
