using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What follows from the time that has passed.</summary>
internal static class Timers
{
    /// <summary>Tasks that one tick looks at: what follows must fit into one append. The next tick takes more.</summary>
    public const int MaxPerTick = 2000;

    public static void OnTick(RunState state, DateTimeOffset now, List<RunEvent> events)
    {
        if (state.Deadline <= now)
        {
            events.Add(new RunEvent
            {
                RunFailed = new RunFailed { Failure = Budgets.RunTimeIsUp(state) ?? TimeIsUp($"The run's time limit of {state.Submitted.TimeLimit} s is up.") },
            });
            return;
        }

        if (state.WarnAt <= now)
        {
            events.Add(Budgets.SecondsWarning(state, now));
        }

        foreach (var task in state.Due(now).Take(MaxPerTick))
        {
            if (task.DueAt <= now)
            {
                OnDeadline(state, task, events);
            }
            else if (task.Approval is { } approval)
            {
                Approvals.OnDue(task, approval, now, events);
            }
            else if (task.Until <= now)
            {
                events.Add(Waits.Ended(task));
            }
        }
    }

    private static void OnDeadline(RunState state, TaskNode task, List<RunEvent> events)
    {
        var failure = Budgets.TaskTimeIsUp(task) ?? TimeIsUp($"The task's deadline of {task.Definition.Deadline} s is up.");
        StopAttempt(task, failure, events);
        foreach (var review in task.ReviewOpen ? Reviews.Open(state, task) : [])
        {
            StopAttempt(review, failure, events);
            events.Add(new RunEvent { TaskCancelled = new TaskCancelled { TaskId = review.Id } });
        }

        if (task.OpenItems > 0)
        {
            foreach (var turn in state.Tasks.Where(turn => (turn.Parent == task || turn.Parent is { Kind: TaskKind.Dispute } dispute && dispute.Parent == task) && !turn.Status.IsTerminal()))
            {
                StopAttempt(turn, failure, events);
                events.Add(new RunEvent { TaskCancelled = new TaskCancelled { TaskId = turn.Id } });
            }
        }

        events.Add(Fallbacks.Ending(task, failure));
    }

    private static void StopAttempt(TaskNode task, Failure failure, List<RunEvent> events)
    {
        if (task.Running)
        {
            events.Add(new RunEvent { AttemptFailed = new AttemptFailed { TaskId = task.Id, Attempt = task.Attempt, Failure = failure } });
        }
    }

    private static Failure TimeIsUp(string message) =>
        new() { Code = FailureCodes.Timeout, Message = message, FailureClass = FailureClass.Permanent };
}
