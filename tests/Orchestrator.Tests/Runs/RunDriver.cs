using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Tests.Runs;

/// <summary>Drives one run by hand: inputs in, events out, with a clock that only the test moves.</summary>
internal sealed class RunDriver
{
    public const string RunId = "run-1";

    public RunState State { get; } = new();

    public List<RunEvent> Log { get; } = [];

    public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static RunDriver Started(Plan plan, int timeLimit = 0, PlannedTask? planning = null, Struct? inputs = null, ParentTask? parent = null, IReadOnlyList<TaskAdopted>? adopted = null)
    {
        PlanRules.Violations(plan).ShouldBeEmpty();
        var driver = new RunDriver();
        driver.Do(new RunInput.Submit(
            new RunSubmitted
            {
                Request = "do it",
                Principal = new Principal { Name = "p", Tenant = "t" },
                Inputs = inputs ?? new Struct(),
                Priority = 5,
                TimeLimit = timeLimit,
                Parent = parent,
            },
            new PlanRequested { Playbook = "test", Draft = plan, PlanningTask = planning }, "request-1", "trace")
        { Adopted = adopted ?? [] }).ShouldBeNull();
        return driver;
    }

    public Refusal? Do(RunInput input) => RunMachine.Step(State, RunId, input, Now, Log);

    /// <summary>Lets time pass.</summary>
    public void Pass(double seconds)
    {
        Now = Now.AddSeconds(seconds);
        Do(new RunInput.Tick()).ShouldBeNull();
    }

    public void Start(string taskId, string instance = "i1") =>
        Do(new RunInput.Assign(taskId, instance, instance, 1, Now.AddMinutes(1))).ShouldBeNull();

    public Refusal? Succeed(string taskId, int attempt, params (string, Value)[] output) =>
        Do(new RunInput.Succeed(taskId, attempt, Plans.Output(output), null, [], null, 1));

    public void Work(string taskId, params (string, Value)[] output)
    {
        Start(taskId);
        Succeed(taskId, State.Find(taskId)!.Attempt, output).ShouldBeNull();
    }

    public Refusal? Fail(string taskId, FailureClass kind, string code = "BROKEN") =>
        Do(new RunInput.Fail(taskId, State.Find(taskId)!.Attempt, new Failure { Code = code, Message = "it broke", FailureClass = kind }, "answers"));

    /// <summary>Kinds of the events since a version, with the task where there is one.</summary>
    public string[] Since(int count) => [.. Log.Skip(count).Select(Describe)];

    public State StatusOf(string taskId) => State.Find(taskId)!.Status;

    public string[] Queued() => [.. State.Tasks.Where(task => task.Queued).Select(task => task.Id)];

    public static string Describe(RunEvent e) => e.BodyCase switch
    {
        RunEvent.BodyOneofCase.TaskQueued => $"queued {e.TaskQueued.TaskId}",
        RunEvent.BodyOneofCase.TaskStarted => $"started {e.TaskStarted.TaskId} #{e.TaskStarted.Attempt}",
        RunEvent.BodyOneofCase.TaskOutput => $"output {e.TaskOutput.TaskId}",
        RunEvent.BodyOneofCase.TaskSkipped => $"skipped {e.TaskSkipped.TaskId}",
        RunEvent.BodyOneofCase.TaskExpanded => $"expanded {e.TaskExpanded.TaskId} x{e.TaskExpanded.Items.Count}",
        RunEvent.BodyOneofCase.TaskCompleted => $"completed {e.TaskCompleted.TaskId}",
        RunEvent.BodyOneofCase.TaskFailed => $"failed {e.TaskFailed.TaskId}",
        RunEvent.BodyOneofCase.AttemptFailed => $"attempt failed {e.AttemptFailed.TaskId} #{e.AttemptFailed.Attempt}",
        RunEvent.BodyOneofCase.TaskReassigned => $"reassigned {e.TaskReassigned.TaskId}",
        RunEvent.BodyOneofCase.ReviewRequested => $"review {e.ReviewRequested.TaskId} round {e.ReviewRequested.Round}",
        RunEvent.BodyOneofCase.ReviewScored => $"scored {e.ReviewScored.TaskId} {e.ReviewScored.Score} {e.ReviewScored.Verdict}",
        RunEvent.BodyOneofCase.RevisionRequested => $"revision {e.RevisionRequested.TaskId}",
        _ => e.BodyCase.ToString(),
    };
}
