using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>Decisions by people: how they are asked for, who may make them, and what follows.</summary>
internal static class Approvals
{
    /// <summary>Reminders of one decision: a log must not grow for ever because nobody looks.</summary>
    public const int MaxReminders = 100;

    /// <summary>What the plan says about the decision.</summary>
    public static Approval Terms(TaskNode task, ApprovalRequested asked) =>
        asked.IsFallback ? task.Definition.Fallback.Ask : asked.IsGate ? task.Definition.Review.Ask ?? new Approval() : task.Definition.Approval;

    public static RunEvent Request(RunState state, TaskNode task, bool isFallback, DateTimeOffset now)
    {
        Value Resolve(Reference reference) => state.Resolve(reference, task);
        var terms = isFallback ? task.Definition.Fallback.Ask : task.Definition.Approval;
        var evidence = Template.Fill(terms.Evidence ?? new Struct(), Resolve);
        if (isFallback && task.LastFailure is { } failure && !evidence.Fields.ContainsKey("failure"))
        {
            evidence.Fields["failure"] = Value.ForString($"{failure.Code}: {failure.Message}");
        }

        var asked = Asked(task, terms, Template.FillText(terms.Question, Resolve), evidence, now);
        asked.IsFallback = isFallback;
        return new RunEvent { ApprovalRequested = asked };
    }

    /// <summary>A person is to say whether an output is accepted although its reviews stayed below the threshold.</summary>
    /// <param name="review">The last round.</param>
    public static RunEvent RequestGate(RunState state, TaskNode task, ReviewScored scored, Struct review, DateTimeOffset now)
    {
        Value Resolve(Reference reference) => state.Resolve(reference, task);
        var terms = task.Definition.Review.Ask ?? new Approval();
        var evidence = Template.Fill(terms.Evidence ?? new Struct(), Resolve);
        evidence.Fields.TryAdd("score", Value.ForNumber(scored.Score));
        evidence.Fields.TryAdd("review", Value.ForStruct(review));
        var question = terms.Question.Length > 0 ? Template.FillText(terms.Question, Resolve)
            : $"{(task.Definition.Title.Length > 0 ? task.Definition.Title : task.Id)}: {Reviews.Describe(task, scored)} Accept it?";
        var asked = Asked(task, terms, question, evidence, now);
        asked.IsGate = true;
        return new RunEvent { ApprovalRequested = asked };
    }

    private static ApprovalRequested Asked(TaskNode task, Approval terms, string question, Struct evidence, DateTimeOffset now) => new()
    {
        TaskId = task.Id,
        Question = question,
        Deciders = { terms.Deciders },
        Evidence = evidence,
        Deadline = After(terms.Deadline, now),
        RemindAt = After(terms.RemindEvery, now),
        EscalateAt = After(terms.EscalateAfter, now),
    };

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
