using Google.Protobuf;
using Orchestrator.Runs;
using Orchestrator.Tests.Planning;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

/// <summary>What all agents of a role may use together.</summary>
public class AgentBudgetTests
{
    [Theory]
    [InlineData(7, 33)]
    [InlineData(20, 400)]
    public void FiftyParallelTasks_OfTheRole_NeverOvershootByMoreThanTheirLastReservation(int reserve, int limit)
    {
        var run = Wide(50, new Budget { Tokens = limit, ReserveTokens = reserve });
        var most = 0L;
        while (run.Queued() is { Length: > 0 } queued)
        {
            run.State.SpentByAgents["worker"].ReservedTokens.ShouldBeLessThanOrEqualTo(limit);
            foreach (var id in queued)
            {
                run.Start(id);
            }

            foreach (var id in queued)
            {
                Use(run, id, reserve);
                most = Math.Max(most, run.State.SpentByAgents["worker"].Tokens);
            }
        }

        most.ShouldBeInRange(limit - reserve, limit + reserve);
        run.State.Status.ShouldBe(State.Completed); // the others were optional
        run.State.Completion!.Missing.Count.ShouldBe(50 - run.Log.Count(e => e.TaskOutput is not null));
    }

    [Fact]
    public void UsedUp_TasksOfTheRoleFallBackAndOthersGoOn()
    {
        var plan = Of(Task("a"), Task("b", "a").With(task => task.Fallback = new Fallback { Role = "other" }), Task("c", "a").With(task => task.Role = "other"));
        plan.Budget = new Budget { Agents = { ["worker"] = new Budget { Tokens = 100 } } };
        var run = RunDriver.Started(plan);
        run.Start("a");
        Use(run, "a", 100);

        run.Queued().ShouldBe(["b", "c"], ignoreOrder: true);
        run.State.Find("b")!.Role.ShouldBe("other");
        var warned = run.Log.Single(e => e.BudgetWarned is not null).BudgetWarned;
        (warned.Scope, warned.Role, warned.Resource, warned.Used, warned.Limit).ShouldBe(("agent", "worker", "tokens", 100, 100));
        RunCosts.Of(run.State, run.Now).Short.ShouldBe(["worker: tokens"]);
        RunCosts.Of(run.State, run.Now).Roles.Single(role => role.Role == "worker").Budget.Tokens.ShouldBe(100);
    }

    [Fact]
    public void Short_Cheaper_OnlyThatRoleIsToldTheModel()
    {
        var plan = Of(Task("a"), Task("b", "a"), Task("c", "a").With(task => task.Role = "other"));
        plan.Budget = new Budget { Agents = { ["worker"] = new Budget { Tokens = 1000, ReserveTokens = 10, WhenShort = "cheaper", CheaperModel = "small" } } };
        var run = RunDriver.Started(plan);
        run.Start("a");
        Use(run, "a", 850);

        (run.State.Find("b")!.ModelHint, run.State.Find("c")!.ModelHint).ShouldBe(("small", ""));
    }

    [Fact]
    public void Short_Degrade_OptionalTasksOfTheRoleAreLeftOut()
    {
        var plan = Of(Task("a"), Task("b", "a").With(task => task.Optional = true), Task("c", "a").With(task => (task.Role, task.Optional) = ("other", true)));
        plan.Budget = new Budget { Agents = { ["worker"] = new Budget { Tokens = 1000, ReserveTokens = 10, WhenShort = "degrade" } } };
        var run = RunDriver.Started(plan);
        run.Start("a");
        Use(run, "a", 850);

        (run.StatusOf("b"), run.StatusOf("c")).ShouldBe((State.Skipped, State.Ready));
    }

    [Fact]
    public void Attempts_OfTheRole_AreLimited()
    {
        var run = Wide(5, new Budget { Attempts = 2 });

        run.Queued().Length.ShouldBe(2);
    }

    [Fact]
    public void Snapshot_InTheMiddle_KeepsWhatTheRoleHasUsedAndSetAside()
    {
        var run = Wide(5, new Budget { Tokens = 300, ReserveTokens = 100 });
        run.Start("t0");
        Use(run, "t0", 90);
        run.Start("t1");

        var loaded = RunSnapshot.Load(RunSnapshot.Save(run.State, ByteString.Empty), [])!.Value.State;

        var (spent, kept) = (run.State.SpentByAgents["worker"], loaded.SpentByAgents["worker"]);
        (kept.Tokens, kept.Attempts, kept.ReservedTokens, kept.RunningTokens, kept.Queued).ShouldBe((spent.Tokens, spent.Attempts, spent.ReservedTokens, spent.RunningTokens, spent.Queued));
        (kept.Tokens, kept.Attempts, kept.RunningTokens).ShouldBe((90, 2, 100));
    }

    [Fact]
    public void Tighter_OfRequestAndPlaybook_HoldsByRole() => BudgetRules.Tighter(
        new Budget { Agents = { ["a"] = new Budget { Tokens = 5 }, ["b"] = new Budget { Attempts = 2 } } }, new Budget { Agents = { ["a"] = new Budget { Tokens = 3, Attempts = 9 } } })
        .ShouldBe(new Budget { Agents = { ["a"] = new Budget { Tokens = 3, Attempts = 9 }, ["b"] = new Budget { Attempts = 2 } } });

    [Fact]
    public void Violations_BadBudgets_NameFieldAndValue()
    {
        var plan = Of(Task("a").With(task => task.Budget = new Budget { Agents = { ["x"] = new Budget { Tokens = 1 } } }));
        plan.Budget = new Budget { Agents = { ["worker"] = new Budget { Tokens = -1, Seconds = 3 } } };

        PlanRules.Violations(plan).ShouldBe(
        [
            "tasks.a.budget.agents: a task has one agent at a time; the run's budget can limit its agents.",
            "budget.agents.worker.tokens: -1 is not in 0 to 1000000000000.",
            "budget.agents.worker: has seconds or agents; only tokens, cost and attempts can be limited by role.",
        ]);
    }

    [Fact]
    public void Playbook_WithBudgetsByRole_HasThem() => PlaybookFiles.Good(
        """
        name: minimal
        title: T
        description: D
        budget: {tokens: 10, agents: {writer: {cost: 0.5, when_short: degrade}}}
        tasks:
          one: {role: writer, task: report}
        """).Draft.Budget.ShouldBe(new Budget { Tokens = 10, Agents = { ["writer"] = new Budget { CostMicros = 500_000, WhenShort = "degrade" } } });

    private static RunDriver Wide(int count, Budget ofRole)
    {
        var plan = Of([.. Enumerable.Range(0, count).Select(n => Task($"t{n}").With(task => task.Optional = true))]);
        plan.Budget = new Budget { Agents = { ["worker"] = ofRole } };
        return RunDriver.Started(plan);
    }

    private static void Use(RunDriver run, string id, long tokens) =>
        run.Do(new RunInput.Succeed(id, run.State.Find(id)!.Attempt, Output(), null, [], new Usage { InputTokens = tokens }, 1)).ShouldBeNull();
}
