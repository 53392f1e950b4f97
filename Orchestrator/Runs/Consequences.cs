using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What follows from a state by itself, one event at a time.</summary>
/// <remarks>Only tasks that an event has touched are looked at, so the work per event does not grow with the run.</remarks>
internal static class Consequences
{
    /// <summary>The next event; null when nothing follows. The state is only read (stale candidates apart).</summary>
    public static RunEvent? Next(RunState state, DateTimeOffset now)
    {
        if (state.Status.IsTerminal())
        {
            return null;
        }

        if (state.Fatal is { } fatal)
        {
            return new RunEvent { RunFailed = new RunFailed { TaskId = fatal.Id, Failure = Because(fatal) } };
        }

        if (state.PlanPending)
        {
            return AcceptDraft(state.PlanRequest!);
        }

        if (state.Status == State.Paused)
        {
            return null; // what is to follow is kept, and follows when it goes on
        }

        if (Budgets.Warning(state) is { } warning)
        {
            return warning;
        }

        if (state.Considered(Matters) is { } task)
        {
            return task.Status switch
            {
                State.Pending => First(state, task, now),
                State.Waiting => Follow(state, task, now),
                State.Review => Reviews.Next(state, task),
                State.Revision => Outcomes.Queued(state, task),
                State.InProgress when task.Doer == Doer.Group => Discussions.Next(state, task),
                _ => Continue(state, task, now),
            };
        }

        return Budgets.Next(state) ?? (state.AllEnded ? Complete(state) : null);
    }

    /// <summary>The draft is the plan.</summary>
    public static RunEvent AcceptDraft(PlanRequested requested)
    {
        var plan = requested.Draft.Clone();
        plan.Version = 1;
        plan.Playbook = requested.Playbook;
        return new RunEvent { PlanAccepted = new PlanAccepted { Plan = plan } };
    }

    private static bool Matters(TaskNode task) => task.Status switch
    {
        State.Pending => task.OpenDependencies == 0 && task.Kind != TaskKind.Item && !task.BudgetHeld,
        State.Waiting => task.Next != NextStep.None,
        State.Review => !task.ReviewOpen && (task.OpenItems == 0 || task.Contested.Count > 0),
        State.Revision => task.Next == NextStep.Begin && !task.BudgetHeld,
        State.InProgress when task.Doer == Doer.Group => task.OpenItems == 0,
        State.InProgress => task.Kind == TaskKind.Foreach && (task.OpenItems == 0 || MayBeginItem(task)),
        _ => false,
    };

    private static bool MayBeginItem(TaskNode group) => group.NextItem < group.Items!.Count
        && PlanRules.MaxParallel(group.Definition) is var most && (most <= 0 || group.ActiveItems < most);

    private static RunEvent First(RunState state, TaskNode task, DateTimeOffset now)
    {
        try
        {
            if (task.Definition.When.Length > 0
                && task.Kind is TaskKind.Work or TaskKind.Foreach
                && !Condition.Holds(task.Definition.When, reference => state.Resolve(reference, task)))
            {
                return new RunEvent { TaskSkipped = new TaskSkipped { TaskId = task.Id, Reason = $"The condition does not hold: {task.Definition.When}" } };
            }
        }
        catch (FormatException e)
        {
            return Fail(task, e.Message);
        }

        return task.Kind == TaskKind.Foreach ? Expand(state, task) : Begin(state, task, now);
    }

    private static RunEvent Begin(RunState state, TaskNode task, DateTimeOffset now)
    {
        try
        {
            return task.Doer switch
            {
                Doer.Person => Approvals.Request(state, task, isFallback: false, now),
                Doer.Clock => Waits.Start(state, task, now),
                Doer.Run => SubRuns.Start(state, task),
                Doer.Group => Discussions.Next(state, task),
                _ => Outcomes.Queued(state, task),
            };
        }
        catch (FormatException e)
        {
            return Fail(task, e.Message);
        }
    }

    private static RunEvent Follow(RunState state, TaskNode task, DateTimeOffset now) => task.Next switch
    {
        NextStep.Begin => Begin(state, task, now),
        NextStep.EndWait => Waits.Ended(task),
        NextStep.Ask => Approvals.Request(state, task, isFallback: true, now),
        NextStep.Skip => new RunEvent
        {
            TaskSkipped = new TaskSkipped { TaskId = task.Id, Reason = $"It failed, and its fallback is to skip it: {task.LastFailure?.Message}" },
        },
        NextStep.TakeValue => new RunEvent
        {
            TaskOutput = new TaskOutput { TaskId = task.Id, Output = Template.Fill(task.Definition.Fallback.Value, reference => state.Resolve(reference, task)) },
        },
        _ => throw new InvalidOperationException($"Task '{task.Id}' has no next step."),
    };

    private static RunEvent Expand(RunState state, TaskNode task)
    {
        var list = Template.Fill(Value.ForString(task.Definition.Foreach), reference => state.Resolve(reference, task));
        if (list.KindCase == Value.KindOneofCase.NullValue)
        {
            list = Value.ForList(); // what it is over was skipped or failed
        }

        if (list.KindCase != Value.KindOneofCase.ListValue)
        {
            return Fail(task, $"foreach '{task.Definition.Foreach}' is no list but {list.KindCase}.");
        }

        if (list.ListValue.Values.Count > PlanRules.MaxItems)
        {
            return Fail(task, $"foreach '{task.Definition.Foreach}' has {list.ListValue.Values.Count} items; at most {PlanRules.MaxItems} are allowed.");
        }

        var expanded = new TaskExpanded { TaskId = task.Id };
        expanded.Items.Add(list.ListValue.Values);
        return new RunEvent { TaskExpanded = expanded };
    }

    private static RunEvent Continue(RunState state, TaskNode group, DateTimeOffset now) => group.OpenItems == 0
        ? new RunEvent { TaskCompleted = new TaskCompleted { TaskId = group.Id, FailedItems = group.FailedItems } }
        : Begin(state, group.Items![group.NextItem], now);

    private static RunEvent Complete(RunState state)
    {
        var completed = new RunCompleted { Output = Template.Fill(state.Plan!.Result ?? new Struct(), reference => state.Resolve(reference, null)) };
        foreach (var task in state.Tasks)
        {
            if ((task.Status == State.Failed && task.Kind is not (TaskKind.Review or TaskKind.Turn or TaskKind.Dispute)) || (task.Status.IsTerminal() && Fallbacks.StandsIn(task)))
            {
                completed.Missing.Add($"{Name(task)}: {task.LastFailure?.Message}");
            }

            completed.Missing.Add(task.Missing.Select(missing => $"{Name(task)}: {missing}"));
        }

        return new RunEvent { RunCompleted = completed };
    }

    private static RunEvent Fail(TaskNode task, string message) => Fallbacks.Ending(task, new Failure
    {
        Code = FailureCodes.InvalidPlan,
        Message = message,
        FailureClass = FailureClass.Permanent,
    });

    private static Failure Because(TaskNode task)
    {
        var failure = task.LastFailure?.Clone() ?? new Failure { Code = "FAILED" };
        failure.Message = $"Task '{task.Id}' failed: {failure.Message}";
        return failure;
    }

    private static string Name(TaskNode task) =>
        (task.Definition.Title.Length > 0 ? task.Definition.Title : task.Definition.Id) + (task.Kind == TaskKind.Item ? $" ({task.Index + 1})" : "");
}
