using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What a planned task must keep because of who does it, and what its fallback must keep.</summary>
internal static class KindRules
{
    private const int MaxNames = 100;
    private const int MaxText = 10_000;

    /// <summary>Adds every rule that is broken, with field and value.</summary>
    public static void Check(PlannedTask task, string at, List<string> violations)
    {
        if (task.KindCase == PlannedTask.KindOneofCase.None)
        {
            CheckAgent(task, at, violations);
        }
        else
        {
            CheckOther(task, at, violations);
        }

        switch (task.KindCase)
        {
            case PlannedTask.KindOneofCase.Approval:
                CheckApproval(task.Approval, $"{at}.approval", violations);
                break;
            case PlannedTask.KindOneofCase.Wait:
                CheckWait(task.Wait, $"{at}.wait", violations);
                break;
            case PlannedTask.KindOneofCase.SubRun:
                if (task.SubRun.Playbook.Length == 0)
                {
                    violations.Add($"{at}.sub_run.playbook: is missing.");
                }

                break;
            case PlannedTask.KindOneofCase.Discuss:
                DiscussionRules.Check(task, $"{at}.discuss", violations);
                break;
        }

        if (task.Review?.Ask is { } ask)
        {
            CheckApproval(ask, $"{at}.review.ask", violations, asksByItself: true);
            if (ask.OnRejected == "continue")
            {
                violations.Add($"{at}.review.ask.on_rejected: 'continue' has no effect: an output that is not accepted fails the task.");
            }
        }

        CheckFallback(task, at, violations);
    }

    /// <summary>Where references may stand beside the fields that all tasks have.</summary>
    public static IEnumerable<(string Field, Func<IEnumerable<Reference>> References)> References(PlannedTask task)
    {
        switch (task.KindCase)
        {
            case PlannedTask.KindOneofCase.Approval:
                yield return ("approval", () => Of(task.Approval));
                break;
            case PlannedTask.KindOneofCase.Wait:
                yield return ("wait", () => Template.References(task.Wait.Until).Concat(Template.References(task.Wait.Duration)));
                break;
            case PlannedTask.KindOneofCase.SubRun:
                yield return ("sub_run.request", () => Template.References(task.SubRun.Request));
                break;
            case PlannedTask.KindOneofCase.Discuss:
                yield return ("discuss", () => task.Discuss.Participants.Select(who => who.Stance).Append(task.Discuss.Question).SelectMany(Template.References));
                break;
        }

        if (task.Review?.Ask is { } ask)
        {
            yield return ("review.ask", () => Of(ask));
        }

        switch (task.Fallback?.KindCase)
        {
            case Fallback.KindOneofCase.Value:
                yield return ("fallback.value", () => Template.References(Value.ForStruct(task.Fallback.Value)));
                break;
            case Fallback.KindOneofCase.Ask:
                yield return ("fallback.ask", () => Of(task.Fallback.Ask));
                break;
        }
    }

    private static IEnumerable<Reference> Of(Approval approval) =>
        Template.References(approval.Question).Concat(Template.References(Value.ForStruct(approval.Evidence ?? new Struct())));

    private static void CheckAgent(PlannedTask task, string at, List<string> violations)
    {
        if (task.Role.Length == 0)
        {
            violations.Add($"{at}.role: is missing.");
        }

        if (task.TaskType.Length == 0)
        {
            violations.Add($"{at}.task_type: is missing.");
        }
    }

    private static void CheckOther(PlannedTask task, string at, List<string> violations)
    {
        var isRun = task.KindCase == PlannedTask.KindOneofCase.SubRun;
        var kind = isRun ? "a run" : task.KindCase == PlannedTask.KindOneofCase.Approval ? "a person" : task.KindCase == PlannedTask.KindOneofCase.Discuss ? "a group" : "the clock";
        void HasNoEffect(bool isSet, string field, string value)
        {
            if (isSet)
            {
                violations.Add($"{at}.{field}: {value} has no effect: {kind} does the task, no agent.");
            }
        }

        HasNoEffect(task.Role.Length > 0, "role", $"'{task.Role}'");
        HasNoEffect(task.TaskType.Length > 0, "task_type", $"'{task.TaskType}'");
        HasNoEffect(task.Review is not null, "review", "it");
        HasNoEffect(task.ExpectedOutput is not null, "expected_output", "it");
        HasNoEffect(!isRun && task.Retry is not null, "retry", "it");
        HasNoEffect(!isRun && task.TimeLimit > 0, "time_limit", $"{task.TimeLimit}");
    }

    private static void CheckApproval(Approval approval, string at, List<string> violations, bool asksByItself = false)
    {
        if (string.IsNullOrWhiteSpace(approval.Question) && !asksByItself)
        {
            violations.Add($"{at}.question: is missing.");
        }
        else if (approval.Question.Length > MaxText)
        {
            violations.Add($"{at}.question: has {approval.Question.Length} characters; at most {MaxText} are allowed.");
        }

        CheckNames(approval.Deciders, $"{at}.deciders", violations);
        CheckNames(approval.EscalateTo, $"{at}.escalate_to", violations);
        PlanRules.InRange(approval.Deadline, 0, Waits.MaxSeconds, $"{at}.deadline", violations);
        PlanRules.InRange(approval.RemindEvery, 0, Waits.MaxSeconds, $"{at}.remind_every", violations);
        PlanRules.InRange(approval.EscalateAfter, 0, Waits.MaxSeconds, $"{at}.escalate_after", violations);
        if (approval.OnTimeout is not ("" or "reject" or "approve" or "fail"))
        {
            violations.Add($"{at}.on_timeout: '{approval.OnTimeout}' is none of 'reject', 'approve' and 'fail'.");
        }

        if (approval.OnRejected is not ("" or "fail" or "continue"))
        {
            violations.Add($"{at}.on_rejected: '{approval.OnRejected}' is neither 'fail' nor 'continue'.");
        }

        if (approval.EscalateAfter > 0 != approval.EscalateTo.Count > 0)
        {
            violations.Add($"{at}.escalate_after: {approval.EscalateAfter} s and {approval.EscalateTo.Count} names in escalate_to; both are needed, or none.");
        }

        if (approval.Deadline > 0 && approval.EscalateAfter >= approval.Deadline)
        {
            violations.Add($"{at}.escalate_after: {approval.EscalateAfter} is not below the deadline, {approval.Deadline}.");
        }
    }

    private static void CheckNames(RepeatedField<string> names, string at, List<string> violations)
    {
        if (names.Count > MaxNames)
        {
            violations.Add($"{at}: {names.Count} names are too many; at most {MaxNames} are allowed.");
        }

        foreach (var name in names.Where(name => name.Length is 0 or > 200))
        {
            violations.Add($"{at}: '{name}' is no name: 1 to 200 characters.");
        }
    }

    private static void CheckWait(Wait wait, string at, List<string> violations)
    {
        if (wait.Until.Length > 0 == wait.Duration.Length > 0)
        {
            violations.Add($"{at}: exactly one of until ('{wait.Until}') and duration ('{wait.Duration}') is needed.");
        }
        else if (wait.Until.Length > 0 && !wait.Until.Contains("${") && !Waits.TryMoment(wait.Until, out _))
        {
            violations.Add($"{at}.until: {Waits.MomentRule(wait.Until)}");
        }
        else if (wait.Duration.Length > 0 && !wait.Duration.Contains("${") && !Waits.TryDuration(wait.Duration, out _))
        {
            violations.Add($"{at}.duration: {Waits.DurationRule(wait.Duration)}");
        }
    }

    private static void CheckFallback(PlannedTask task, string at, List<string> violations)
    {
        if (task.Fallback is not { } fallback)
        {
            return;
        }

        switch (fallback.KindCase)
        {
            case Fallback.KindOneofCase.None:
                violations.Add($"{at}.fallback: one of role, value, skip, ask and fail_run is needed.");
                break;
            case Fallback.KindOneofCase.Role when fallback.Role.Length == 0:
                violations.Add($"{at}.fallback.role: is empty.");
                break;
            case Fallback.KindOneofCase.Role when task.KindCase != PlannedTask.KindOneofCase.None:
                violations.Add($"{at}.fallback.role: '{fallback.Role}' cannot take over: no agent does the task.");
                break;
            case Fallback.KindOneofCase.Role when fallback.Role == task.Role:
                violations.Add($"{at}.fallback.role: '{fallback.Role}' is the task's own role.");
                break;
            case Fallback.KindOneofCase.Skip when !fallback.Skip:
                violations.Add($"{at}.fallback.skip: false is no fallback; leave it out.");
                break;
            case Fallback.KindOneofCase.FailRun when !fallback.FailRun:
                violations.Add($"{at}.fallback.fail_run: false is no fallback; leave it out.");
                break;
            case Fallback.KindOneofCase.Ask:
                CheckApproval(fallback.Ask, $"{at}.fallback.ask", violations);
                if (fallback.Ask.OnRejected == "continue")
                {
                    violations.Add($"{at}.fallback.ask.on_rejected: 'continue' has no effect: a fallback that is rejected fails the task.");
                }

                break;
        }
    }
}
