using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What follows from the end of an attempt: an output, a plan, a score, another attempt, or a failed task.</summary>
internal static class Outcomes
{
    private static readonly JsonParser PlanParser = new(JsonParser.Settings.Default);

    public static void OnSucceed(RunState state, TaskNode task, RunInput.Succeed succeed, DateTimeOffset now, List<RunEvent> events)
    {
        switch (task.Kind)
        {
            case TaskKind.Plan:
                OnPlan(state, task, succeed, now, events);
                break;
            case TaskKind.Review:
                Reviews.OnSucceed(state, task, succeed, now, events);
                break;
            case var _ when succeed.Contested.Count > 0 && Disputes.Violations(task, succeed.Contested) is { Count: > 0 } violations:
                OnFail(state, task, Invalid("What it contests", violations), "", now, events);
                break;
            default:
                events.Add(Output(task, succeed));
                break;
        }
    }

    public static void OnFail(RunState state, TaskNode task, Failure failure, string health, DateTimeOffset now, List<RunEvent> events)
    {
        events.Add(new RunEvent { AttemptFailed = new AttemptFailed { TaskId = task.Id, Attempt = task.Attempt, Failure = failure } });
        var failures = task.Failures + (RetryRules.Counts(failure) ? 1 : 0);
        if (!RetryRules.MayRetry(task, failure, failures))
        {
            EndBadly(state, task, failure, events);
            return;
        }

        if (RetryRules.IsLoss(failure))
        {
            events.Add(Reassigned(task, failure, health, now));
        }

        events.Add(Queued(state, task, now + RetryRules.Delay(state.RunId, task, failure, failures), Budgets.UsedBy(task, failure)));
    }

    /// <summary>No more attempts. A review that cannot be had fails what it was to review.</summary>
    public static void EndBadly(RunState state, TaskNode task, Failure failure, List<RunEvent> events)
    {
        events.Add(Fallbacks.Ending(task, failure));
        if (task.Kind == TaskKind.Review)
        {
            Reviews.OnLost(state, task, failure, events);
        }
    }

    /// <summary>The task goes into the queue, unless its budgets have no room for another attempt now.</summary>
    /// <param name="pending">What was used just now and does not count yet; null: all counts.</param>
    public static RunEvent Queued(RunState state, TaskNode task, DateTimeOffset? notBefore = null, Usage? pending = null)
    {
        if (Budgets.Refuse(state, task, notBefore, pending) is { } held)
        {
            return held;
        }

        var queued = new TaskQueued
        {
            TaskId = task.Id,
            Role = task.Role,
            Priority = state.PriorityOf(task),
            Reserved = Budgets.Reservation(state, task, pending),
            ModelHint = Budgets.ModelHint(state, task),
        };
        if (notBefore is { } moment)
        {
            queued.NotBefore = Timestamp.FromDateTimeOffset(moment);
        }

        return new RunEvent { TaskQueued = queued };
    }

    public static RunEvent Called(TaskNode task, RunInput.ModelUsed used) => new()
    {
        ModelCalled = new ModelCalled
        {
            TaskId = task.Id,
            Attempt = used.Attempt,
            Role = task.Role,
            Provider = used.Call.Provider,
            Model = used.Call.Model,
            Purpose = used.Call.Purpose,
            PromptHash = used.Call.PromptHash,
            AnswerHash = used.Call.AnswerHash,
            InputTokens = used.Call.InputTokens,
            OutputTokens = used.Call.OutputTokens,
            CostMicros = used.Call.CostMicros,
            DurationMs = used.Call.DurationMs,
            Outcome = used.Call.Outcome,
            Tries = used.Call.Tries,
            Seq = used.Seq,
            Skills = { used.Call.Skills },
        },
    };

    /// <summary>The result of an attempt.</summary>
    public static RunEvent Output(TaskNode task, RunInput.Succeed succeed)
    {
        var output = new TaskOutput
        {
            TaskId = task.Id,
            Attempt = task.Attempt,
            Output = succeed.Output,
            OutputRef = succeed.OutputRef,
            Usage = succeed.Usage,
            Seq = succeed.Seq,
            Extract = succeed.Extract,
            Tokens = succeed.Tokens,
        };
        output.Artifacts.Add(succeed.Artifacts);
        output.ModelParts.Add(succeed.ModelParts);
        output.Skills.Add(succeed.Skills);
        output.Contested.Add(succeed.Contested);
        return new RunEvent { TaskOutput = output };
    }

    private static RunEvent Reassigned(TaskNode task, Failure failure, string health, DateTimeOffset now)
    {
        var lost = now - (task.StartedAt ?? now);
        return new RunEvent
        {
            TaskReassigned = new TaskReassigned
            {
                TaskId = task.Id,
                Attempt = task.Attempt,
                FromInstance = task.InstanceName,
                Reason = failure.Message,
                Health = health,
                DelayMs = (long)lost.TotalMilliseconds,
                Estimate = task.Estimate > 0 ? Math.Round(task.Estimate + lost.TotalSeconds, 1) : 0,
            },
        };
    }

    private static void OnPlan(RunState state, TaskNode task, RunInput.Succeed succeed, DateTimeOffset now, List<RunEvent> events)
    {
        Plan? plan = null;
        IReadOnlyList<string> violations;
        try
        {
            plan = PlanParser.Parse<Plan>(succeed.Output.Fields.TryGetValue("plan", out var value) ? value.ToString() : "{}");
            violations = PlanRules.Violations(plan);
        }
        catch (InvalidProtocolBufferException e)
        {
            violations = [$"output.plan is no plan: {e.Message}"];
        }

        if (violations.Count > 0)
        {
            events.Add(new RunEvent { PlanRejected = new PlanRejected { Violations = { violations } } });
            OnFail(state, task, Invalid("The plan", violations), "", now, events);
            return;
        }

        plan!.Version = 1;
        plan.Playbook = state.PlanRequest!.Playbook;
        plan.Disputes = state.PlanRequest.Draft?.Disputes;
        plan.Conflicts.Clear();
        plan.Conflicts.Add(state.PlanRequest.Draft?.Conflicts ?? []);
        plan.Budget = state.PlanRequest.Draft?.Budget; // a planner does not decide what it may cost
        succeed.Output.Fields.Remove("plan"); // it stands in the next event
        events.Add(Output(task, succeed));
        events.Add(new RunEvent { PlanAccepted = new PlanAccepted { Plan = plan } });
    }

    /// <summary>The failure of an attempt whose output breaks a rule.</summary>
    public static Failure Invalid(string what, IReadOnlyList<string> violations) => new()
    {
        Code = FailureCodes.InvalidOutput,
        Message = $"{what} breaks its rules: {string.Join("; ", violations)}",
        Retryable = true,
        FailureClass = FailureClass.InvalidOutput,
        Details = new Struct { Fields = { ["violations"] = Value.ForList([.. violations.Select(Value.ForString)]) } },
    };
}
