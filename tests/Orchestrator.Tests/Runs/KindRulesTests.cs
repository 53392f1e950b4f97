using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

public class KindRulesTests
{
    private static readonly Approval Fine = new() { Question = "?" };

    public static TheoryData<string, PlannedTask> Bad => new()
    {
        { "tasks.x.role: 'writer' has no effect", Decision("x", Fine).With(task => task.Role = "writer") },
        { "tasks.x.task_type: 'work' has no effect", Decision("x", Fine).With(task => task.TaskType = "work") },
        { "tasks.x.review: it has no effect", Child("x", "p").With(task => task.Review = new ReviewGate()) },
        { "tasks.x.retry: it has no effect", Pause("x", new Wait { Duration = "1" }).With(task => task.Retry = new RetryPolicy()) },
        { "tasks.x.time_limit: 5 has no effect", Decision("x", Fine).With(task => task.TimeLimit = 5) },
        { "tasks.x.deadline: -1 is not in", Task("x").With(task => task.Deadline = -1) },
        { "tasks.x.approval.question: is missing", Decision("x", new Approval()) },
        { "tasks.x.approval.deciders: '' is no name", Decision("x", new Approval { Question = "?", Deciders = { "" } }) },
        { "tasks.x.approval.deadline: -1 is not in", Decision("x", new Approval { Question = "?", Deadline = -1 }) },
        { "tasks.x.approval.remind_every: -2 is not in", Decision("x", new Approval { Question = "?", RemindEvery = -2 }) },
        { "tasks.x.approval.on_timeout: 'wait' is none of", Decision("x", new Approval { Question = "?", OnTimeout = "wait" }) },
        { "tasks.x.approval.on_rejected: 'stop' is neither", Decision("x", new Approval { Question = "?", OnRejected = "stop" }) },
        { "tasks.x.approval.escalate_after: 5 s and 0 names", Decision("x", new Approval { Question = "?", EscalateAfter = 5 }) },
        { "tasks.x.approval.escalate_after: 5 is not below the deadline, 5", Decision("x", new Approval { Question = "?", EscalateAfter = 5, EscalateTo = { "a" }, Deadline = 5 }) },
        { "tasks.x.approval: ${other…} is not in depends_on", Decision("x", new Approval { Question = "${other.n}?" }) },
        { "tasks.x.wait: exactly one of until ('') and duration ('')", Pause("x", new Wait()) },
        { "tasks.x.wait.until: 'tomorrow' is no moment", Pause("x", new Wait { Until = "tomorrow" }) },
        { "tasks.x.wait.duration: '-1' is neither", Pause("x", new Wait { Duration = "-1" }) },
        { "tasks.x.wait: ${other…} is not in depends_on", Pause("x", new Wait { Until = "${other.at}" }) },
        { "tasks.x.sub_run.playbook: is missing", Child("x", "") },
        { "tasks.x.sub_run.request: ${other…} is not in depends_on", Child("x", "p").With(task => task.SubRun.Request = "${other}") },
        { "tasks.x.fallback: one of role", Task("x").With(task => task.Fallback = new Fallback()) },
        { "tasks.x.fallback.role: is empty", Task("x").With(task => task.Fallback = new Fallback { Role = "" }) },
        { "tasks.x.fallback.role: 'worker' is the task's own", Task("x").With(task => task.Fallback = new Fallback { Role = "worker" }) },
        { "tasks.x.fallback.role: 'w' cannot take over", Child("x", "p").With(task => task.Fallback = new Fallback { Role = "w" }) },
        { "tasks.x.fallback.skip: false", Task("x").With(task => task.Fallback = new Fallback { Skip = false }) },
        { "tasks.x.fallback.fail_run: false", Task("x").With(task => task.Fallback = new Fallback { FailRun = false }) },
        { "tasks.x.fallback.ask.question: is missing", Task("x").With(task => task.Fallback = new Fallback { Ask = new Approval() }) },
        { "tasks.x.fallback.ask.on_rejected: 'continue' has no effect", Task("x").With(task => task.Fallback = new Fallback { Ask = new Approval { Question = "?", OnRejected = "continue" } }) },
        { "tasks.x.fallback.value: ${other…} is not in depends_on", Task("x").With(task => task.Fallback = new Fallback { Value = Output(("a", Value.ForString("${other}"))) }) },
        { "tasks.x.context: ${other…} is not in depends_on", Task("x").With(task => task.Context = Output(("a", Value.ForString("${other}")))) },
        { "tasks.x.requirements: ${other…} is not in depends_on", Task("x").With(task => task.Requirements.Add("see ${other}")) },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Violations_BadTask_NamesFieldValueAndRule(string expected, PlannedTask task) =>
        PlanRules.Violations(Of(task, Task("other"))).ShouldHaveSingleItem().ShouldStartWith(expected);

    [Fact]
    public void Violations_GoodTasksOfEveryKind_AreNone() => PlanRules.Violations(Of(
        Task("a").With(task => (task.Deadline, task.Fallback) = (10, new Fallback { Role = "other" })),
        Decision("gate", new Approval
        {
            Question = "Is ${a.n} right?",
            Deciders = { "ann" },
            Evidence = Output(("a", Value.ForString("${a}"))),
            Deadline = 60,
            OnTimeout = "approve",
            RemindEvery = 10,
            EscalateAfter = 30,
            EscalateTo = { "bob" },
            OnRejected = "continue",
        }, "a"),
        Pause("pause", new Wait { Until = "${a.at}" }, "a"),
        Child("team", "p", "a").With(task => (task.Retry, task.TimeLimit, task.Fallback) = (new RetryPolicy { MaxAttempts = 2 }, 60, new Fallback { Skip = true })))).ShouldBeEmpty();
}
