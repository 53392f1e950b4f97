using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

/// <summary>One task of a random plan: small numbers, so that a failing case shrinks to few of them.</summary>
internal sealed record TaskSpec(int Kind, int Dependencies, bool Optional, int MaxParallel);

/// <summary>A random plan, written down as numbers.</summary>
internal sealed record RandomPlan(IReadOnlyList<TaskSpec> Tasks)
{
    public static Arbitrary<RandomPlan> Arbitrary()
    {
        var task = from kind in Gen.Choose(0, 5)
                   from dependencies in Gen.Choose(0, 255)
                   from optional in Gen.Elements(true, false)
                   from parallel in Gen.Choose(0, 2)
                   select new TaskSpec(kind, dependencies, optional, parallel);
        var plans = from count in Gen.Choose(1, 8) from tasks in Gen.ArrayOf(task, count) select new RandomPlan(tasks);
        return Arb.From(plans, plan => Enumerable.Range(0, plan.Tasks.Count)
            .Where(_ => plan.Tasks.Count > 1)
            .Select(gone => new RandomPlan([.. plan.Tasks.Where((_, i) => i != gone)])));
    }

    public Plan Build()
    {
        var plan = Of();
        for (var i = 0; i < Tasks.Count; i++)
        {
            var spec = Tasks[i];
            var task = Task($"t{i}", [.. Enumerable.Range(0, i).Where(j => (spec.Dependencies >> j & 1) == 1).Select(j => $"t{j}")]);
            task.Optional = spec.Optional;
            var first = task.DependsOn.FirstOrDefault();
            switch (spec.Kind)
            {
                case 1 when first is not null:
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

    public override string ToString() => Build().ToString();
}
