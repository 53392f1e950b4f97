using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>How tasks come, close and end, and how the run is held and ends.</summary>
internal sealed partial class RunState
{
    private TaskNode Add(TaskNode task)
    {
        if (!_byId.TryAdd(task.Id, task))
        {
            throw new InvalidOperationException($"Run '{RunId}': event {Version} adds the task '{task.Id}' a second time.");
        }

        task.Ordinal = _tasks.Count;
        _tasks.Add(task);
        _counts[(int)task.Status] += Counted(task);
        return task;
    }

    /// <summary>Something is done for the task now: its own time begins, and an item counts against its foreach's limit.</summary>
    private void Begin(TaskNode task)
    {
        task.Next = NextStep.None;
        if (task.DueAt is null && Budgets.Seconds(task) is > 0 and var seconds && task.Kind is TaskKind.Work or TaskKind.Item)
        {
            task.DueAt = UpdatedAt.AddSeconds(seconds);
            Arm(task);
        }

        Count(task);
    }

    private static void Count(TaskNode task)
    {
        if (task.Begun)
        {
            return;
        }

        task.Begun = true;
        if (task.Kind == TaskKind.Item)
        {
            task.Parent!.ActiveItems++;
            SkipEndedItems(task.Parent);
        }
    }

    private static void SkipEndedItems(TaskNode group)
    {
        while (group.NextItem < group.Items!.Count && (group.Items[group.NextItem].Begun || group.Items[group.NextItem].Status.IsTerminal()))
        {
            group.NextItem++;
        }
    }

    /// <summary>Lets go of all that goes on for a task: queue, attempt, run, decision, times.</summary>
    private void Close(TaskNode task, string reason)
    {
        // A decision that is waited for stands in the store's queue as well.
        if (task.Queued || task.ApprovalOpen)
        {
            _commands.Add(new RunCommand.Withdraw(task.Id));
        }

        if (task.Running)
        {
            _commands.Add(new RunCommand.Stop(task.Id, task.Attempt, task.InstanceId, reason));
        }

        if (task.SubRun is { } subRun)
        {
            _commands.Add(new RunCommand.StopSubRun(task.Id, subRun.RunId, reason));
        }

        Release(task);
    }

    private void Release(TaskNode task)
    {
        InFlight -= (task.Running ? 1 : 0) + (task.SubRun is null ? 0 : 1);
        OpenApprovals -= task.ApprovalOpen ? 1 : 0;
        if (task.Reserved is not null)
        {
            Settle(task, null); // nobody will say what an attempt that is stopped has used
        }

        task.Queued = task.Parked = task.Running = task.BudgetHeld = false;
        task.SubRun = null;
        task.Approval = null;
        task.Until = null;
        task.Next = NextStep.None;
        Arm(task);
    }

    /// <summary>Sets when the task is to be looked at next.</summary>
    private void Arm(TaskNode task)
    {
        var at = OpenApproval.Earlier(task.DueAt, OpenApproval.Earlier(task.Until, task.Approval?.WakeAt));
        if (at == task.WakeAt)
        {
            return;
        }

        if (task.WakeAt is not null)
        {
            _timers.Remove(task);
        }

        task.WakeAt = at;
        if (at is not null)
        {
            _timers.Add(task);
        }
    }

    private void EndTask(TaskNode task, State status)
    {
        Change(task, status);
        task.EndedAt = UpdatedAt;
        task.DueAt = null;
        Release(task);
        if (status == State.Failed && !task.Optional)
        {
            Fatal ??= task;
        }

        if (task.Kind == TaskKind.Item)
        {
            var group = task.Parent!;
            group.OpenItems--;
            group.ActiveItems -= task.Begun ? 1 : 0;
            group.FailedItems += status == State.Failed ? 1 : 0;
            SkipEndedItems(group);
            _consider.Enqueue(group);
            return;
        }

        if (task.Kind is TaskKind.Work or TaskKind.Foreach)
        {
            _openPlanned--;
        }

        if (task.Kind is TaskKind.Turn or TaskKind.Dispute)
        {
            task.Parent!.OpenItems--;
            _consider.Enqueue(task.Parent);
            return;
        }

        if (task.Kind == TaskKind.Review)
        {
            return;
        }

        foreach (var dependent in task.Dependents)
        {
            if (--dependent.OpenDependencies == 0)
            {
                _consider.Enqueue(dependent);
            }
        }
    }

    private void End(State status)
    {
        Change(status);
        EndedAt = UpdatedAt;
        _consider.Clear();
        foreach (var task in _tasks)
        {
            if (!task.Status.IsTerminal())
            {
                task.DueAt = null;
                Close(task, "the run has ended");
                Change(task, State.Cancelled);
                task.EndedAt = UpdatedAt;
            }
        }
    }

    private void OnPaused()
    {
        _beneath = Status;
        Change(State.Paused);
        foreach (var task in _tasks.Where(task => task.Queued))
        {
            (task.Queued, task.Parked) = (false, true);
            _commands.Add(new RunCommand.Withdraw(task.Id));
        }
    }

    private void OnResumed()
    {
        Change(_beneath);
        foreach (var task in _tasks.Where(task => task.Parked))
        {
            (task.Queued, task.Parked) = (true, false);
            _commands.Add(Offer(task));
        }
    }

    private void OfferAnew()
    {
        _commands = [];
        foreach (var task in _tasks)
        {
            if (task.Queued)
            {
                _commands.Add(Offer(task));
            }
            else if (task.Running)
            {
                _commands.Add(new RunCommand.Execute(task.Id, task.Attempt));
            }
            else if (task.SubRun is { } subRun)
            {
                _commands.Add(new RunCommand.StartSubRun(task.Id, subRun));
            }
        }
    }

    private void Change(State to)
    {
        if (!Transitions.RunMay(Status, to))
        {
            throw new InvalidOperationException($"Run '{RunId}': event {Version} would take it from {Status} to {to}.");
        }

        Status = to;
    }

    private void Change(TaskNode task, State to)
    {
        if (!Transitions.TaskMay(task.Status, to))
        {
            throw new InvalidOperationException($"Run '{RunId}': event {Version} would take the task '{task.Id}' from {task.Status} to {to}.");
        }

        _counts[(int)task.Status] -= Counted(task);
        task.Status = to;
        _counts[(int)to] += Counted(task);
        TasksEnded += to.IsTerminal() ? 1 : 0;
    }

    // A review is not work of its own: the reviewed task stands in REVIEW. A foreach is its items.
    private static int Counted(TaskNode task) => task.Kind is TaskKind.Review or TaskKind.Turn or TaskKind.Dispute or TaskKind.Foreach ? 0 : 1;

    private sealed class ByWakeTime : IComparer<TaskNode>
    {
        public int Compare(TaskNode? x, TaskNode? y) =>
            x!.WakeAt!.Value.CompareTo(y!.WakeAt!.Value) is not 0 and var order ? order : x.Ordinal.CompareTo(y.Ordinal);
    }
}
