using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

/// <summary>Runs of every shape, which are recorded as histories. See tests/Histories/README.md.</summary>
internal static class HistoryShapes
{
    private static readonly Principal s_ann = new() { Name = "ann", Tenant = "t" };

    public static IReadOnlyDictionary<string, Func<RunDriver>> All { get; } = new SortedDictionary<string, Func<RunDriver>>(StringComparer.Ordinal)
    {
        ["adoption"] = Adoption,
        ["approval"] = Decided,
        ["agent-budget"] = AgentsBudgeted,
        ["budget"] = Budgeted,
        ["cancelled"] = Cancelled,
        ["conflict"] = Conflicting,
        ["deadline"] = TaskDeadline,
        ["discussion"] = Discussed,
        ["dispute"] = Disputed,
        ["fallback"] = Fallen,
        ["foreach"] = FanOut,
        ["gate"] = Gated,
        ["foreach-open"] = () => FanOut(open: true),
        ["guidance"] = GuidedOn,
        ["model"] = Modelled,
        ["pause"] = Paused,
        ["planned"] = Planned,
        ["retry"] = Retried,
        ["review"] = Reviewed,
        ["sequence"] = Sequence,
        ["skills"] = Skilled,
        ["sub-run"] = Below,
        ["window"] = Windowed,
        ["tool-approval"] = ToolAsked,
        ["wait"] = Waited,
        ["wait-open"] = () => Waited(open: true),
    };

    private static RunDriver Sequence()
    {
        var plan = Of(Task("a"), Task("b", "a").With(task => task.When = "${a.n} > 1"), Task("c", "a", "b").With(task => task.When = "${a.n} > 9"));
        plan.Result = Output(("answer", Value.ForString("${b.text}")));
        var run = RunDriver.Started(plan, timeLimit: 600);
        run.Start("a");
        run.Do(new RunInput.Progress("a", 1, 0.5, "half", 2)).ShouldBeNull();
        run.Do(new RunInput.ToolUsed("a", 1, new ToolCall { Tool = "git.log", Ok = true, DurationMs = 12 }, 3)).ShouldBeNull();
        run.Do(new RunInput.Stage("a", 1, "notes", 12)).ShouldBeNull();
        run.Now = run.Now.AddSeconds(2);
        run.Succeed("a", 1, ("n", Value.ForNumber(3))).ShouldBeNull();
        run.Work("b", ("text", Value.ForString("done")));
        return run;
    }

    private static RunDriver Modelled()
    {
        var run = RunDriver.Started(Of(Task("a")));
        run.Start("a");
        run.Do(new RunInput.ModelUsed("a", 1, new ModelCall { Provider = "openai", Model = "m", Purpose = "answer", Outcome = "ok", InputTokens = 7, OutputTokens = 3, Tries = 2 }, 2)).ShouldBeNull();
        run.Do(new RunInput.Succeed("a", 1, Output(("text", Value.ForString("done"))), null, [], new Usage { InputTokens = 7, OutputTokens = 3 }, 3) { ModelParts = ["answer"] }).ShouldBeNull();
        return run;
    }

    private static RunDriver Skilled()
    {
        var run = RunDriver.Started(Of(Task("a"), Task("b", "a")));
        run.Start("a");
        run.Do(new RunInput.Succeed("a", 1, Output(("text", Value.ForString("done"))), null, [], null, 1) { Skills = ["house-style", "tax-rules"] }).ShouldBeNull();
        return run;
    }

    // One call is allowed, one is approved, one is waited for.
    private static RunDriver ToolAsked()
    {
        var run = RunDriver.Started(Of(Task("a"), Task("b")));
        run.Start("a");
        run.Do(Decision("fs.read", "allow", 1)).ShouldBeNull();
        run.Do(Decision("sql.execute", "needs_approval", 2)).ShouldBeNull();
        run.Do(Decision("sql.execute", "needs_approval", 2)).ShouldBeNull(); // is not asked twice
        run.Now = run.Now.AddSeconds(2);
        run.Do(new RunInput.Decide(s_ann, "a#tool-1", true, "fine", "")).ShouldBeNull();
        run.Do(Decision("shell.run", "needs_approval", 3)).ShouldBeNull();
        return run;

        static RunInput.ToolDecision Decision(string tool, string effect, byte call) => new(
            new PolicyDecided { TaskId = "a", Attempt = 1, Tool = tool, CallHash = Google.Protobuf.ByteString.CopyFrom(call), Effect = effect, Rule = "rule", Reason = "Because.", Source = "built-in" },
            ["ann"], Output(("path", Value.ForString("src"))));
    }

    private static RunDriver FanOut() => FanOut(open: false);

    private static RunDriver FanOut(bool open)
    {
        var run = RunDriver.Started(Of(
            Task("list"),
            Task("each", "list").With(task => (task.Foreach, task.MaxParallel, task.Optional) = ("${list.items}", 2, true)),
            Task("join", "each")));
        run.Work("list", ("items", List("x", "y", "z")));
        run.Start("each/0");
        run.Fail("each/0", FailureClass.Permanent);
        run.Work("each/1", ("text", Value.ForString("Y")));
        run.Start("each/2");
        if (!open)
        {
            run.Do(new RunInput.Succeed("each/2", 1, new Struct(), new ArtifactRef { Id = "sha256:ab", Size = 9 }, [], new Usage { InputTokens = 3 }, 4)).ShouldBeNull();
            run.Work("join");
        }

        return run;
    }

    private static RunDriver Reviewed()
    {
        var run = RunDriver.Started(Of(Task("write").With(task => task.Review = new ReviewGate { Threshold = 90, MaxRounds = 2 })));
        run.Work("write", ("text", Value.ForString("draft")));
        run.Work("write/review-1", ("score", Value.ForNumber(60)), ("summary", Value.ForString("Too short.")));
        run.Work("write", ("text", Value.ForString("better")));
        run.Work("write/review-2", ("score", Value.ForNumber(95)));
        return run;
    }

    private static RunDriver Retried()
    {
        var run = RunDriver.Started(Of(Task("a").With(task => task.Estimate = 10)));
        run.Start("a", "one");
        run.Now = run.Now.AddSeconds(5);
        run.Fail("a", FailureClass.Transient, FailureCodes.InstanceLost);
        run.Start("a", "two");
        run.Fail("a", FailureClass.Transient, FailureCodes.InstanceFull);
        run.Do(new RunInput.Hold("a", "no instance of worker")).ShouldBeNull();
        run.Start("a", "three");
        run.Fail("a", FailureClass.Transient);
        run.Start("a", "three");
        run.Fail("a", FailureClass.Transient);
        return run;
    }

    private static RunDriver Decided()
    {
        var run = RunDriver.Started(Of(
            Decision("gate", new Approval
            {
                Question = "Go on with ${request}?",
                Deciders = { "bob" },
                Deadline = 3600,
                RemindEvery = 60,
                EscalateAfter = 100,
                EscalateTo = { "ann" },
            }),
            Decision("late", new Approval { Question = "?", Deadline = 200, OnRejected = "continue" }),
            Decision("open", new Approval { Question = "Still?", Evidence = Output(("n", Value.ForNumber(1))) })));
        run.Pass(60);
        run.Pass(60);
        run.Do(new RunInput.Decide(s_ann, "gate", true, "fine", "d1")).ShouldBeNull();
        run.Pass(100);
        return run;
    }

    private static RunDriver Waited() => Waited(open: false);

    private static RunDriver Waited(bool open)
    {
        var run = RunDriver.Started(Of(Pause("a", new Wait { Duration = "PT1M" }), Pause("b", new Wait { Until = "2026-01-01T01:00:00Z" }, "a")));
        run.Pass(60);
        if (!open)
        {
            run.Pass(3600);
        }

        return run;
    }

    private static RunDriver Below()
    {
        var run = RunDriver.Started(Of(
            Child("team", "code-audit").With(task => (task.Input, task.Retry) = (Output(("area", Value.ForString("src"))), new RetryPolicy { MaxAttempts = 2 })),
            Child("other", "research-report").With(task => task.Optional = true),
            Child("last", "answer", "team")));
        void End(string task, State status) => run.Do(new RunInput.SubRunEnd(
            task, run.State.Find(task)!.SubRunId, status, status == State.Completed ? Output(("n", Value.ForNumber(1))) : null, null,
            status == State.Failed ? new Failure { Code = "BROKEN", Message = "x", FailureClass = FailureClass.Transient } : null, ["Metrics"])).ShouldBeNull();
        End("team", State.Failed);
        run.Pass(10);
        End("team", State.Completed);
        End("other", State.Cancelled);
        return run;
    }

    private static RunDriver Paused()
    {
        var run = RunDriver.Started(Of(Task("a"), Task("b"), Task("c", "a")));
        run.Start("a");
        run.Do(new RunInput.Pause(s_ann, "lunch", "p1")).ShouldBeNull();
        run.Succeed("a", 1).ShouldBeNull();
        run.Do(new RunInput.Resume(s_ann, "p2")).ShouldBeNull();
        run.Work("b");
        run.Do(new RunInput.Pause(s_ann, "again", "p3")).ShouldBeNull();
        return run;
    }

    private static RunDriver Fallen()
    {
        PlannedTask With(string id, Fallback fallback) => Task(id).With(task => task.Fallback = fallback);
        var run = RunDriver.Started(Of(
            With("role", new Fallback { Role = "other" }),
            With("value", new Fallback { Value = Output(("n", Value.ForNumber(0))) }),
            With("skip", new Fallback { Skip = true }),
            With("ask", new Fallback { Ask = new Approval { Question = "Again?" } }),
            With("asked", new Fallback { Ask = new Approval { Question = "Again?" } })));
        foreach (var id in run.Queued())
        {
            run.Start(id);
            run.Fail(id, FailureClass.Permanent);
        }

        run.Do(new RunInput.Decide(s_ann, "ask", true, "", "d1")).ShouldBeNull();
        run.Work("role");
        return run;
    }

    private static RunDriver TaskDeadline()
    {
        var run = RunDriver.Started(Of(
            Task("a").With(task => (task.Deadline, task.Optional) = (60, true)),
            Task("b").With(task => (task.Deadline, task.Optional, task.Review) = (60, true, new ReviewGate()))));
        run.Start("a");
        run.Work("b");
        run.Start("b/review-1");
        run.Pass(60);
        return run;
    }

    private static RunDriver Budgeted()
    {
        var plan = Of(Task("a"), Task("b"), Task("c"), Task("extra", "c").With(task => task.Optional = true));
        plan.Budget = new Budget { Tokens = 100, ReserveTokens = 60, WhenShort = "degrade" };
        var run = RunDriver.Started(plan);
        run.Start("a");
        run.Do(new RunInput.Succeed("a", 1, new Struct(), null, [], new Usage { InputTokens = 30, OutputTokens = 10, CostMicros = 5 }, 1)).ShouldBeNull();
        run.Start("b");
        run.Do(new RunInput.Fail("b", 1, new Failure { Code = "BROKEN", FailureClass = FailureClass.Transient, Usage = new Usage { InputTokens = 5 } })).ShouldBeNull();
        foreach (var id in new[] { "b", "c" })
        {
            run.Start(id);
            run.Do(new RunInput.Succeed(id, run.State.Find(id)!.Attempt, new Struct(), null, [], new Usage { InputTokens = 20 }, 1)).ShouldBeNull();
        }

        return run;
    }

    private static RunDriver Conflicting()
    {
        var plan = Of(Task("a"), Task("b"));
        plan.Conflicts.Add(new ConflictRule { Keys = "*", Resolve = "first" });
        var run = RunDriver.Started(plan);
        run.Start("a");
        run.Start("b");
        run.Succeed("a", 1).ShouldBeNull();
        run.Do(new RunInput.Resolve(new ContextResolved { TaskId = "b", Attempt = 1, Key = "notes", Resolution = "first", FirstTask = "a", FoundVersion = 1 })).ShouldBeNull();
        run.Succeed("b", 1).ShouldBeNull();
        return run;
    }

    private static RunDriver Windowed()
    {
        var run = RunDriver.Started(Of(Task("a"), Task("b", "a").With(task => task.Window = new ContextWindow { Tokens = 100 })));
        run.Work("a", ("text", Value.ForString("To do b, count to three.")));
        run.Work("b");
        return run;
    }

    private static RunDriver GuidedOn()
    {
        var run = RunDriver.Started(Of(Task("a"), Task("b", "a")));
        run.Start("a");
        run.Do(new RunInput.Guide(s_ann, "Use tabs.", "g1")).ShouldBeNull();
        run.Succeed("a", 1).ShouldBeNull();
        run.Start("b");
        return run;
    }

    private static RunDriver Discussed()
    {
        var run = RunDriver.Started(Of(new PlannedTask
        {
            Id = "talk",
            Discuss = new Discussion { Question = "?", Rounds = 1, Participants = { new Participant { Name = "x", Role = "worker" }, new Participant { Name = "y", Role = "worker" } } },
        }));
        run.Work("talk/turn-1-x", ("position", Value.ForString("red")));
        run.Work("talk/turn-1-y", ("position", Value.ForString("red")));
        return run;
    }

    private static RunDriver Gated()
    {
        var run = RunDriver.Started(Of(Task("a").With(task => task.Review = new ReviewGate
        {
            Combine = "mean",
            MaxRounds = 1,
            OnExhausted = "ask",
            Reviewers = { new GateReviewer { Name = "security", Weight = 3 }, new GateReviewer { Name = "quality", Role = "worker" } },
        })));
        run.Work("a");
        run.Work("a/review-1-security", ("score", Value.ForNumber(50)), ("summary", Value.ForString("Open.")));
        run.Work("a/review-1-quality", ("score", Value.ForNumber(90)), ("findings", Value.Parser.ParseJson("""[{"title":"name","severity":"LOW"}]""")));
        run.Do(new RunInput.Decide(new Principal { Name = "ann", Tenant = "t" }, "a", true, "good enough", "d1")).ShouldBeNull();
        return run;
    }

    private static RunDriver AgentsBudgeted()
    {
        var plan = Of([.. Enumerable.Range(0, 3).Select(n => Task($"t{n}").With(task => task.Optional = true))]);
        plan.Budget = new Budget { Agents = { ["worker"] = new Budget { Tokens = 100, ReserveTokens = 60 } } };
        var run = RunDriver.Started(plan);
        foreach (var id in new[] { "t0", "t1" })
        {
            run.Start(id);
            run.Do(new RunInput.Succeed(id, 1, Output(), null, [], new Usage { InputTokens = 50 }, 1)).ShouldBeNull();
        }

        return run;
    }

    private static RunDriver Disputed()
    {
        var run = RunDriver.Started(Of(Task("a").With(task => task.Review = new ReviewGate { MaxRounds = 3 })));
        run.Work("a");
        run.Work("a/review-1", ("score", Value.ForNumber(50)), ("findings", Value.Parser.ParseJson("""[{"title":"slow","severity":"LOW","criterion":"performance"},{"title":"unsafe","severity":"HIGH","criterion":"security"}]""")));
        run.Start("a");
        run.Do(new RunInput.Succeed("a", 2, Output(), null, [], null, 1)
        {
            Contested =
            [
                new Contest { Finding = "slow", Position = "safe", Criterion = "security", Arguments = { "it is safe" } },
                new Contest { Finding = "unsafe", Position = "fast", Criterion = "performance" },
            ],
        }).ShouldBeNull();
        run.Work("a");
        run.Work("a/review-2", ("score", Value.ForNumber(90)));
        return run;
    }

    private static RunDriver Planned()
    {
        var run = RunDriver.Started(Of(Task("draft")), planning: Task("plan").With(task => task.Role = "planner"));
        run.Start("plan");
        run.Succeed("plan", 1, ("plan", Value.Parser.ParseJson("""{"tasks":[{"id":"a"}]}"""))).ShouldBeNull();
        run.Start("plan");
        run.Succeed("plan", 2, ("plan", Value.Parser.ParseJson("""{"tasks":[{"id":"a","role":"r","task_type":"t"}]}"""))).ShouldBeNull();
        return run;
    }

    private static RunDriver Adoption()
    {
        var plan = Of(Task("list"), Task("each", "list").With(task => task.Foreach = "${list.items}"));
        var old = RunDriver.Started(plan);
        old.Work("list", ("items", List("x", "y")));
        old.Work("each/0");
        old.Start("each/1");
        old.Fail("each/1", FailureClass.Permanent);
        return RunDriver.Started(plan, adopted: Adoptions.From(old.State));
    }

    private static RunDriver Cancelled()
    {
        var run = RunDriver.Started(Of(Task("a"), Task("b"), Decision("gate", new Approval { Question = "?" })));
        run.Start("a");
        run.Do(new RunInput.Cancel(s_ann, "enough", "c1")).ShouldBeNull();
        return run;
    }
}
