using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

/// <summary>One task of a random plan: small numbers, so that a failing case shrinks to few of them.</summary>
internal sealed record TaskSpec(int Kind, int Dependencies, bool Optional, int MaxParallel, int Fallback, int Deadline);

/// <summary>A random plan, written down as numbers.</summary>
internal sealed record RandomPlan(IReadOnlyList<TaskSpec> Tasks)
{
    public static Arbitrary<RandomPlan> Arbitrary()
    {
        var task = from kind in Gen.Choose(0, 11)
                   from dependencies in Gen.Choose(0, 255)
                   from optional in Gen.Elements(true, false)
                   from parallel in Gen.Choose(0, 2)
                   from fallback in Gen.Choose(0, 9)
                   from deadline in Gen.Choose(-60, 20)
                   select new TaskSpec(kind, dependencies, optional, parallel, fallback, deadline);
        var plans = from count in Gen.Choose(1, 8) from tasks in Gen.ArrayOf(task, count) select new RandomPlan(tasks);
        return Arb.From(plans, plan => Enumerable.Range(0, plan.Tasks.Count)
            .Where(_ => plan.Tasks.Count > 1)
            .Select(gone => new RandomPlan([.. plan.Tasks.Where((_, i) => i != gone)])));
    }

    /// <summary>The plan.</summary>
    /// <param name="timed">With deadlines and approvals that time out: then the end depends on the order.</param>
    public Plan Build(bool timed)
    {
        var plan = Of();
        for (var i = 0; i < Tasks.Count; i++)
        {
            var spec = Tasks[i];
            string[] needs = [.. Enumerable.Range(0, i).Where(j => (spec.Dependencies >> j & 1) == 1).Select(j => $"t{j}")];
            var task = spec.Kind switch
            {
                6 or 7 => Decision($"t{i}", Asked(spec, timed), needs),
                8 => Pause($"t{i}", new Wait { Duration = $"{spec.Dependencies % 9}" }, needs),
                9 or 10 => Child($"t{i}", "p", needs).With(child => child.Retry = new RetryPolicy { MaxAttempts = 2, Backoff = 3 }),
                _ => Task($"t{i}", needs),
            };
            task.Optional = spec.Optional;
            task.Deadline = timed ? Math.Max(0, spec.Deadline) : 0;
            task.Fallback = FallbackOf(spec, task, timed);
            var first = task.DependsOn.FirstOrDefault();
            switch (spec.Kind)
            {
                case 1 or 7 or 10 when first is not null:
                    task.Foreach = $"${{{first}.items}}";
                    task.MaxParallel = spec.MaxParallel;
                    break;
                case 2 when first is not null:
                    task.When = $"${{{first}.n}} > 4";
                    break;
                case 3:
                    task.Review = new ReviewGate { Threshold = 50, MaxRounds = 2, OnExhausted = spec.Optional ? "accept" : "fail" };
                    break;
            }

            if (first is not null)
            {
                task.Input = Output(("from", Value.ForString($"${{{first}}}")));
            }

            plan.Tasks.Add(task);
            plan.Result.Fields[task.Id] = Value.ForString($"${{{task.Id}}}");
        }

        return plan;
    }

    public override string ToString() => Build(timed: true).ToString();

    private static Approval Asked(TaskSpec spec, bool timed) => new()
    {
        Question = "Go on?",
        OnRejected = spec.MaxParallel == 1 ? "continue" : "fail",
        Deadline = timed && spec.MaxParallel > 0 ? 12 : 0,
        OnTimeout = spec.Optional ? "approve" : spec.MaxParallel == 1 ? "fail" : "reject",
        RemindEvery = timed ? spec.MaxParallel * 2 : 0,
        EscalateAfter = timed ? 5 : 0,
        EscalateTo = { timed ? ["boss"] : [] },
    };

    private static Fallback? FallbackOf(TaskSpec spec, PlannedTask task, bool timed) => spec.Fallback switch
    {
        0 when task.KindCase == PlannedTask.KindOneofCase.None => new Fallback { Role = "other" },
        1 => new Fallback { Value = Output(("n", Value.ForNumber(5)), ("items", List("stand-in"))) },
        2 => new Fallback { Skip = true },
        3 when timed => new Fallback { Ask = new Approval { Question = "Again?", Deadline = 9, OnTimeout = spec.Optional ? "approve" : "" } },
        4 => new Fallback { FailRun = true },
        _ => null,
    };
}
