using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>Decisions by people: how they are asked for, who may make them, and what follows.</summary>
internal static class Approvals
{
    /// <summary>Reminders of one decision: a log must not grow for ever because nobody looks.</summary>
    public const int MaxReminders = 100;

    /// <summary>What the plan says about the decision.</summary>
    public static Approval Terms(TaskNode task, bool isFallback) => isFallback ? task.Definition.Fallback.Ask : task.Definition.Approval;

    public static RunEvent Request(RunState state, TaskNode task, bool isFallback, DateTimeOffset now)
    {
        Value Resolve(Reference reference) => state.Resolve(reference, task);
        var terms = Terms(task, isFallback);
        var evidence = Template.Fill(terms.Evidence ?? new Struct(), Resolve);
        if (isFallback && task.LastFailure is { } failure && !evidence.Fields.ContainsKey("failure"))
        {
            evidence.Fields["failure"] = Value.ForString($"{failure.Code}: {failure.Message}");
        }

        return new RunEvent
        {
            ApprovalRequested = new ApprovalRequested
            {
                TaskId = task.Id,
                Question = Template.FillText(terms.Question, Resolve),
                Deciders = { terms.Deciders },
                Evidence = evidence,
                Deadline = After(terms.Deadline, now),
                RemindAt = After(terms.RemindEvery, now),
                EscalateAt = After(terms.EscalateAfter, now),
                IsFallback = isFallback,
            },
        };
    }

    /// <summary>A person decides.</summary>
    public static Refusal? OnDecide(RunState state, RunInput.Decide decide, DateTimeOffset now, List<RunEvent> events)
    {
        if (state.Find(decide.TaskId) is not { Approval: { } approval } task)
        {
            return new Refusal("NOT_WAITING", $"Task '{decide.TaskId}' does not wait for a decision.");
        }

        if (approval.Deadline <= now)
        {
            return new Refusal("NOT_WAITING", $"Task '{task.Id}' does not wait for a decision any more: its time was up at {approval.Deadline:O}.");
        }

        if (!approval.MayDecide(decide.Principal, state.Submitted.Principal?.Tenant ?? ""))
        {
            var deciders = string.Join(", ", approval.Deciders);
            return new Refusal("NOT_A_DECIDER", $"'{decide.Principal.Name}' may not decide on task '{task.Id}'{(deciders.Length > 0 ? $"; these may: {deciders}" : "")}.");
        }

        Decided(task, approval, decide.Approved, decide.Principal, decide.Comment, events);
        return null;
    }

    /// <summary>Time has passed on an open decision.</summary>
    public static void OnDue(TaskNode task, OpenApproval approval, DateTimeOffset now, List<RunEvent> events)
    {
        if (approval.Deadline <= now)
        {
            OnTimeout(task, approval, events);
            return;
        }

        if (approval.EscalatedTo is null && approval.EscalateAt <= now)
        {
            events.Add(new RunEvent { ApprovalEscalated = new ApprovalEscalated { TaskId = task.Id, Deciders = { approval.Terms.EscalateTo } } });
        }

        if (approval.RemindAt <= now)
        {
            var count = approval.Reminders + 1;
            events.Add(new RunEvent
            {
                ApprovalReminded = new ApprovalReminded
                {
                    TaskId = task.Id,
                    Count = count,
                    NextAt = count < MaxReminders ? After(approval.Terms.RemindEvery, now) : null,
                },
            });
        }
    }

    /// <summary>Whether the decision completes the task by itself.</summary>
    public static bool Completes(OpenApproval approval, bool approved) =>
        !approval.IsFallback && (approved || approval.Terms.OnRejected == "continue");

    private static void OnTimeout(TaskNode task, OpenApproval approval, List<RunEvent> events)
    {
        var comment = $"Nobody decided within {approval.Terms.Deadline} s.";
        if (approval.Terms.OnTimeout != "fail")
        {
            Decided(task, approval, approval.Terms.OnTimeout == "approve", null, comment, events);
            return;
        }

        var failure = approval.IsFallback ? task.LastFailure!.Clone() : new Failure
        {
            Code = FailureCodes.Timeout,
            Message = comment,
            FailureClass = FailureClass.Permanent,
        };
        events.Add(approval.IsFallback ? Fallbacks.Failed(task, failure) : Fallbacks.Ending(task, failure));
    }

    private static void Decided(TaskNode task, OpenApproval approval, bool approved, Principal? by, string comment, List<RunEvent> events)
    {
        events.Add(new RunEvent { ApprovalDecided = new ApprovalDecided { TaskId = task.Id, Approved = approved, By = by, Comment = comment } });
        if (approved || Completes(approval, approved))
        {
            return;
        }

        if (approval.IsFallback)
        {
            events.Add(Fallbacks.Failed(task, task.LastFailure!.Clone())); // what led to the question
            return;
        }

        var who = by is null ? "Rejected" : $"Rejected by {by.Name}";
        events.Add(Fallbacks.Ending(task, new Failure
        {
            Code = FailureCodes.Rejected,
            Message = comment.Length > 0 ? $"{who}: {comment}" : $"{who}.",
            FailureClass = FailureClass.Refused,
        }));
    }

    private static Timestamp? After(int seconds, DateTimeOffset now) => seconds > 0 ? Timestamp.FromDateTimeOffset(now.AddSeconds(seconds)) : null;
}
