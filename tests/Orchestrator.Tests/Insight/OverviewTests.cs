using Protos.V1;

namespace Orchestrator.Tests.Insight;

public sealed class OverviewTests(InsightSystem system) : IClassFixture<InsightSystem>
{
    [Fact]
    public async Task Try_InputOutsideTheSchema_IsRefusedWithTheField()
    {
        var (status, problem) = await system.RefusedAsync("/api/agents/worker/try", new { task_type = "work", input = new { text = 3 } });

        status.ShouldBe(400);
        problem.GetProperty("field").GetString().ShouldBe("input.text");
        (await system.RefusedAsync("/api/agents/worker/try", new { input = new { text = "a" } })).Problem.GetProperty("detail").GetString()!.ShouldContain("several kinds of work: tool, work");
        (await system.RefusedAsync("/api/agents/nobody/try", new { task_type = "work" })).Problem.GetProperty("code").GetString().ShouldBe("UNKNOWN_ROLE");
    }

    [Fact]
    public async Task Try_GoodInput_IsARunOfASingleTask()
    {
        var run = await system.PostAsync<SubmitRunResponse>("/api/agents/worker/try", new { task_type = "work", input = new { text = "echo" } });

        (await system.System.WatchAsync(run.RunId))[^1].RunCompleted.Output.Fields["output"].StructValue.Fields["text"].StringValue.ShouldBe("echo");
        (await system.System.RunAsync(run.RunId)).Summary.Labels["try"].ShouldBe("worker");
    }

    [Fact]
    public async Task Agents_List_HasRolesWithTheirLoad()
    {
        var agents = await system.GetAsync<ListAgentsResponse>("/api/agents");

        var role = agents.Roles.ShouldHaveSingleItem();
        (role.Role, role.Instances, role.Alive, role.Capacity).ShouldBe(("worker", 1, 1, 3));
        role.Capabilities.Select(capability => capability.TaskType).ShouldBe(["tool", "work"]);
        var instance = agents.Instances.ShouldHaveSingleItem();
        (instance.Name, instance.IncarnationId, instance.Faults, instance.OnProbation).ShouldBe(("worker-1", instance.InstanceId, 0, false));
    }

    [Fact]
    public async Task Overview_OfRunsApprovalsAndQueue_SaysHowThingsStand()
    {
        var asked = await system.System.SubmitAsync(new Plan
        {
            Tasks =
            {
                new PlannedTask { Id = "ask", Approval = new Approval { Question = "Shall we?" } },
                new PlannedTask { Id = "lost", Role = "nobody", TaskType = "work" },
            },
        });
        await system.System.UntilAsync(asked, e => e.ApprovalRequested is not null);
        await Engine.TestSystem.UntilAsync(async () => (await system.GetAsync<GetOverviewResponse>("/api/overview")).Queue.Any(role => role is { Role: "nobody", Depth: 1 }), "the task waits");

        var overview = await system.GetAsync<GetOverviewResponse>("/api/overview");

        overview.Healthy.ShouldBeTrue(overview.ToString());
        overview.NewestOpen.ShouldContain(run => run.RunId == asked);
        overview.OpenRuns.Sum(count => count.Count).ShouldBe(1);
        (overview.Approvals, overview.ApprovalsMine, overview.AgentsAlive, overview.AgentsTotal).ShouldBe((1, 1, 1, 1));
        overview.Warnings.ShouldContain("1 task waits for the role nobody, of which no agent is alive.");

        await system.System.Engine.CancelAsync(new CancelRunRequest { RunId = asked }, Engine.TestSystem.Me, default);
        await system.System.WatchAsync(asked);
        var after = await system.GetAsync<GetOverviewResponse>("/api/overview");
        after.OpenRuns.ShouldBeEmpty();
        after.EndedToday.Single(count => count.Status == State.Cancelled).Count.ShouldBe(1);
        after.Approvals.ShouldBe(0);
    }
}
