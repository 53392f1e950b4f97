using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

/// <summary>The work per task does not grow with the run.</summary>
public class GrowthTests
{
    public static TheoryData<string> Kinds => ["agent", "approval", "wait", "run"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Foreach_TenThousandItems_CostAsMuchEachAsAThousand(string kind)
    {
        Measure(kind, 1, 1000);
        var few = Measure(kind, 10, 1000);
        var many = Measure(kind, 1, PlanRules.MaxItems);

        ((double)many.Bytes / few.Bytes).ShouldBeLessThan(1.2);
        // A scan of all items per event would take ten times as long; half of that is room for a busy machine.
        (many.Time / few.Time).ShouldBeLessThan(5);
    }

    private static (double Time, long Bytes) Measure(string kind, int runs, int items)
    {
        var (time, bytes) = (double.MaxValue, long.MaxValue);
        for (var tries = 0; tries < 3; tries++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            var kept = Enumerable.Range(0, runs).Select(_ => Run(kind, items)).ToList();
            time = Math.Min(time, watch.Elapsed.TotalMilliseconds);
            bytes = Math.Min(bytes, GC.GetAllocatedBytesForCurrentThread() - before);
            GC.KeepAlive(kept);
        }

        return (time, bytes);
    }

    private static RunDriver Run(string kind, int items)
    {
        var each = kind switch
        {
            "approval" => Decision("each", new Approval { Question = "${item}?", Deadline = 1000, RemindEvery = 500 }, "list"),
            "wait" => Plans.Pause("each", new Wait { Duration = "${index}" }, "list"),
            "run" => Child("each", "p", "list"),
            _ => Task("each", "list").With(task => task.Deadline = 1_000_000),
        };
        (each.Foreach, each.MaxParallel) = ("${list.items}", 50);
        var run = RunDriver.Started(Of(Task("list"), each));
        run.Work("list", ("items", List([.. Enumerable.Range(0, items).Select(i => $"{i}")])));
        for (var i = 0; run.State.Status == State.InProgress; i++)
        {
            var id = $"each/{i}";
            switch (kind)
            {
                case "approval":
                    run.Do(new RunInput.Decide(new Principal { Name = "p", Tenant = "t" }, id, true, "", "")).ShouldBeNull();
                    break;
                case "wait":
                    run.Now = run.State.WakeAt!.Value;
                    run.Do(new RunInput.Tick()).ShouldBeNull();
                    break;
                case "run":
                    run.Do(new RunInput.SubRunEnd(id, run.State.Find(id)!.SubRunId, State.Completed, null, null, null, [])).ShouldBeNull();
                    break;
                default:
                    run.Work(id);
                    break;
            }

            _ = (run.State.WakeAt, run.State.InFlight, run.State.ShownStatus, run.State.Decide());
        }

        run.State.Status.ShouldBe(State.Completed);
        run.State.Tasks.Count.ShouldBe(items + 2);
        return run;
    }
}
