using Protos.V1;

namespace Cli.Tests;

/// <summary>Runs as they were recorded.</summary>
internal static class Recordings
{
    public static Script Audit(int areas = 3)
    {
        var script = Begin();
        script.Add(new RunEvent { TaskQueued = new TaskQueued { TaskId = "inventory", Role = "researcher" } });
        script.Add(Started("inventory", 1, "researcher-1"));
        script.Add(new RunEvent { TaskProgressed = new TaskProgressed { TaskId = "inventory", Attempt = 1, Fraction = 0.5, Message = "half" } });
        script.Add(new RunEvent { TaskReassigned = new TaskReassigned { TaskId = "inventory", Attempt = 1, FromInstance = "researcher-1", Health = "LOST", DelayMs = 1500 } });
        script.Add(Started("inventory", 2, "researcher-2"));
        script.Add(Output("inventory", 2));
        var expanded = new TaskExpanded { TaskId = "security" };
        for (var i = 0; i < areas; i++)
            expanded.Items.Add(Google.Protobuf.WellKnownTypes.Value.ForNumber(i));
        script.Add(new RunEvent { TaskExpanded = expanded });
        for (var i = 0; i < areas; i++)
        {
            script.Add(Started($"security/{i}", 1, "reviewer-1"));
            script.Add(i == 1
                ? new RunEvent { TaskFailed = new TaskFailed { TaskId = $"security/{i}", Failure = new Failure { Code = "INTERNAL", Message = "broken\u001b[31m" } } }
                : Output($"security/{i}", 1));
        }

        script.Add(new RunEvent { TaskCompleted = new TaskCompleted { TaskId = "security", FailedItems = 1 } });
        script.Add(new RunEvent { TaskSkipped = new TaskSkipped { TaskId = "fix", Reason = "not asked for" } });
        script.Add(new RunEvent { RunCompleted = new RunCompleted() });
        script.Result.Output = Script.Json("""
            {"summary": "**2 findings**\u001b[2J", "missing": ["No security review of 'b': its task failed."],
             "findings": [{"rule": "S1", "title": "Bad thing", "category": "security", "severity": "HIGH", "file": "src/a.cs", "start_line": 12, "end_line": 12, "message": "m", "remedy": "r", "snippet": "s"},
                          {"rule": "Q1", "title": "Ugly thing", "category": "quality", "severity": "LOW", "file": "src/b.cs", "start_line": 3, "end_line": 4, "message": "m", "remedy": "r", "snippet": "s"}],
             "citations": [{"file": "docs/a.md", "start_line": 1, "end_line": 2, "quote": "so it is", "score": 1.5}],
             "files": {"report.md": "# Report\n", "report.sarif": "{}", "../evil.txt": "x", "a/b.txt": "x", "report.json": "x"}}
            """);
        script.Result.Missing.Add("Branch b failed.");
        script.Result.Tasks.Add(new TaskView { Id = "inventory", Role = "researcher", Status = State.Completed, Instance = "researcher-2", Attempts = 2, DurationSeconds = 1.5, Score = 88 });
        script.Result.Tasks.Add(new TaskView { Id = "fix", Role = "developer", Status = State.Skipped });
        return script;
    }

    public static Script Failed()
    {
        var script = Begin();
        var failure = new Failure { Code = "WORKSPACE_MISSING", Message = "The folder is gone." };
        script.Add(Started("inventory", 1, "researcher-1"));
        script.Add(new RunEvent { TaskFailed = new TaskFailed { TaskId = "inventory", Failure = failure } });
        script.Add(new RunEvent { RunFailed = new RunFailed { TaskId = "inventory", Failure = failure } });
        script.Result.Status = State.Failed;
        script.Result.Failure = failure;
        return script;
    }

    /// <summary>Waits after its third event until it is cancelled.</summary>
    public static Script Endless()
    {
        var script = Begin();
        script.Add(new RunEvent { RunCancelled = new RunCancelled { Reason = "interrupted at the command line" } });
        script.Result.Status = State.Cancelled;
        script.Release(3);
        script.OnCancel = () => script.Release();
        return script;
    }

    /// <summary>With an approval, a pause, a wait, a run below, a fallback and an adopted output.</summary>
    public static Script Waiting()
    {
        var day = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddDays(1));
        var script = Begin();
        script.Add(new RunEvent { ApprovalRequested = new ApprovalRequested { TaskId = "inventory", Question = "Go on?", Deciders = { "ann" }, Deadline = day } });
        script.Add(new RunEvent { ApprovalReminded = new ApprovalReminded { TaskId = "inventory", Count = 1 } });
        script.Add(new RunEvent { ApprovalEscalated = new ApprovalEscalated { TaskId = "inventory", Deciders = { "bob", "carol" } } });
        script.Add(new RunEvent { ApprovalDecided = new ApprovalDecided { TaskId = "inventory", Approved = true, By = new Principal { Name = "ann" }, Comment = "fine" } });
        script.Add(new RunEvent { RunPaused = new RunPaused { Principal = new Principal { Name = "ann" }, Reason = "lunch" } });
        script.Add(new RunEvent { RunResumed = new RunResumed() });
        script.Add(new RunEvent { WaitStarted = new WaitStarted { TaskId = "security", Until = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddDays(2)) } });
        script.Add(new RunEvent { WaitEnded = new WaitEnded { TaskId = "security" } });
        script.Add(new RunEvent { SubRunStarted = new SubRunStarted { TaskId = "fix", RunId = Script.RunId, Playbook = "code-fix" } });
        script.Add(new RunEvent { SubRunEnded = new SubRunEnded { TaskId = "fix", RunId = Script.RunId, Status = State.Failed } });
        script.Add(new RunEvent { FallbackTaken = new FallbackTaken { TaskId = "fix", Kind = "role", Role = "developer", Failure = new Failure { Message = "broken" } } });
        script.Add(new RunEvent { TaskAdopted = new TaskAdopted { TaskId = "fix", FromRun = "run-0" } });
        script.Add(new RunEvent { RunCompleted = new RunCompleted() });
        return script;
    }

    public static RunEvent Started(string task, int attempt, string instance) =>
        new() { TaskStarted = new TaskStarted { TaskId = task, Attempt = attempt, InstanceName = instance } };

    public static RunEvent Output(string task, int attempt) => new() { TaskOutput = new TaskOutput { TaskId = task, Attempt = attempt } };

    private static Script Begin()
    {
        var plan = new Plan { Version = 1, Playbook = "code-audit" };
        plan.Tasks.Add(new PlannedTask { Id = "inventory", Title = "Take the inventory", Role = "researcher" });
        plan.Tasks.Add(new PlannedTask { Id = "security", Role = "reviewer", Foreach = "${inventory.areas}" });
        plan.Tasks.Add(new PlannedTask { Id = "fix", Role = "developer" });
        return new Script()
            .Add(new RunEvent { RunSubmitted = new RunSubmitted { Request = "Audit it" } })
            .Add(new RunEvent { PlanRequested = new PlanRequested { Playbook = "code-audit", Reason = "it says audit" } })
            .Add(new RunEvent { PlanAccepted = new PlanAccepted { Plan = plan } });
    }
}
