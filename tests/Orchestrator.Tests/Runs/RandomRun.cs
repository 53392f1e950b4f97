using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Tests.Runs;

/// <summary>
/// A run in a random world: tasks are assigned and attempts end in an order that the seed decides. What an attempt
/// yields depends on the task only, so that every order should lead to the same end.
/// </summary>
internal sealed class RandomRun
{
    public const string RunId = "run-1";
    private static readonly Principal s_ann = new() { Name = "ann", Tenant = "t" };
    private readonly Random _random;
    private readonly bool _troubles;
    private int _checked;

    public RandomRun(Plan plan, int seed, bool troubles, IReadOnlyList<TaskAdopted>? adopted = null)
    {
        PlanRules.Violations(plan).ShouldBeEmpty();
        _random = new Random(seed);
        _troubles = troubles;
        Do(new RunInput.Submit(
            new RunSubmitted { Request = "r", Principal = new Principal { Name = "p", Tenant = "t" }, Inputs = new Struct() },
            new PlanRequested { Draft = plan }, "r1", "")
        { Adopted = adopted ?? [] });
    }

    public RunState State { get; } = new();

    public List<RunEvent> Log { get; } = [];

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Acts until the run has ended; false when an event fails the check.</summary>
    public bool ToEnd(Func<RunEvent, bool>? check = null)
    {
        for (var steps = 0; steps < 10_000; steps++)
        {
            var went = Act();
            for (; _checked < Log.Count; _checked++)
            {
                if (check?.Invoke(Log[_checked]) == false)
                {
                    return false;
                }
            }

            if (!went)
            {
                State.Status.IsTerminal().ShouldBeTrue("nothing is open, but the run has not ended");
                return true;
            }
        }

        throw new InvalidOperationException("The run does not end.");
    }

    /// <summary>Acts so many times, or until the run has ended.</summary>
    public void ToEnd(int steps)
    {
        for (; steps > 0 && Act(); steps--)
        {
        }
    }

    /// <summary>Lets one thing happen; false when nothing can.</summary>
    public bool Act()
    {
        Now = Now.AddSeconds(1);
        if (State.Status.IsTerminal())
        {
            return false;
        }

        if (_troubles && _random.Next(7) == 0)
        {
            Do(State.Status == Protos.V1.State.Paused
                ? new RunInput.Resume(s_ann, $"resume {State.Version}")
                : new RunInput.Pause(s_ann, "", $"pause {State.Version}"));
        }

        var open = State.Tasks.Where(task => task.Queued || task.Running || task.ApprovalOpen || task.SubRun is not null).ToList();
        if (State.WakeAt <= Now)
        {
            Do(new RunInput.Tick());
        }
        else if (open.Count > 0)
        {
            Go(open[_random.Next(open.Count)]);
        }
        else if (State.Status == Protos.V1.State.Paused)
        {
            Do(new RunInput.Resume(s_ann, $"resume {State.Version}"));
        }
        else if (State.WakeAt is { } wake)
        {
            Now = wake;
            Do(new RunInput.Tick());
        }
        else
        {
            return false;
        }

        return true;
    }

    private void Go(TaskNode task)
    {
        if (task.Queued)
        {
            Do(new RunInput.Assign(task.Id, "i1", "i1", 1, Now.AddMinutes(1)));
        }
        else if (task.ApprovalOpen)
        {
            // Who is asked whether to try again says no one day.
            var yes = task.Approval!.IsFallback ? _random.Next(2) == 0 : Hash(task.Id) % 3 > 0;
            Do(new RunInput.Decide(s_ann, task.Id, yes, "", $"decide {State.Version}"));
        }
        else if (task.SubRun is { } subRun)
        {
            var n = Hash(task.Id) % 7;
            var status = n == 0 ? Protos.V1.State.Cancelled : n == 1 ? Protos.V1.State.Failed : Protos.V1.State.Completed;
            Do(new RunInput.SubRunEnd(
                task.Id, subRun.RunId, status, n > 1 ? Success(task).Output : null, null, n == 1 ? Broken(FailureClass.Transient) : null, []));
        }
        else
        {
            End(task);
        }
    }

    public IEnumerable<RunInput> AnyInputs() => State.Tasks.SelectMany(task => new RunInput[]
    {
        new RunInput.Assign(task.Id, "i", "i", 9, Now),
        Success(task),
        new RunInput.Fail(task.Id, task.Attempt, Broken(FailureClass.Transient)),
        new RunInput.Progress(task.Id, task.Attempt, 0.5, ""),
        new RunInput.Hold(task.Id, "x"),
        new RunInput.Decide(s_ann, task.Id, true, "", "late decision"),
        new RunInput.SubRunEnd(task.Id, task.SubRunId, Protos.V1.State.Completed, null, null, null, []),
        new RunInput.Stage(task.Id, task.Attempt, "k", 1),
    }).Append(new RunInput.Tick()).Append(new RunInput.Cancel(new Principal(), "", "late"))
        .Append(new RunInput.Pause(s_ann, "", "late pause")).Append(new RunInput.Resume(s_ann, "late resume"));

    private void End(TaskNode task)
    {
        if (_troubles && _random.Next(4) == 0)
        {
            switch (_random.Next(7))
            {
                case 0: Do(new RunInput.Succeed(task.Id, task.Attempt - 1, new Struct(), null, [], null, 1)); return;
                case 1: Do(new RunInput.Fail(task.Id, task.Attempt, Broken(FailureClass.Transient))); return;
                case 2: Do(new RunInput.Fail(task.Id, task.Attempt, new Failure { Code = FailureCodes.InstanceLost, Message = "gone", FailureClass = FailureClass.Transient })); return;
                case 3: Do(new RunInput.Fail(task.Id, task.Attempt, Broken(FailureClass.Permanent))); return;
                case 4: Do(new RunInput.Fail(task.Id, task.Attempt, new Failure { Code = FailureCodes.InstanceFull, Message = "full", FailureClass = FailureClass.Transient })); return;
                case 5: Do(new RunInput.Stage(task.Id, task.Attempt, $"k{_random.Next(3)}", 1)); return;
                default: Do(new RunInput.Progress(task.Id, task.Attempt, 0.5, "half", State.Version)); return;
            }
        }

        // Every fifth planned task breaks for good, in every order.
        if (task.Kind == TaskKind.Work && Hash(task.Id) % 5 == 0)
        {
            Do(new RunInput.Fail(task.Id, task.Attempt, Broken(FailureClass.Permanent)));
            return;
        }

        Do(Success(task));
    }

    private static RunInput.Succeed Success(TaskNode task)
    {
        var n = Hash(task.Id) % 10;
        var output = Plans.Output(
            ("n", Value.ForNumber(n)),
            ("items", Plans.List([.. Enumerable.Range(0, n % 4).Select(i => $"{task.Id}.{i}")])),
            ("score", Value.ForNumber(Hash(task.Id) % 101)));
        return new RunInput.Succeed(task.Id, task.Attempt, output, null, [], null, 1);
    }

    private static Failure Broken(FailureClass kind) => new() { Code = "BROKEN", Message = "it broke", FailureClass = kind };

    private static int Hash(string text) => (int)(text.Aggregate(2166136261u, (hash, c) => unchecked((hash ^ c) * 16777619u)) % 1000);

    private void Do(RunInput input) => RunMachine.Step(State, RunId, input, Now, Log);
}
