using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>A state as clients see it.</summary>
internal static class RunViews
{
    /// <summary>What stands in lists.</summary>
    public static RunSummary Summary(RunState state)
    {
        var summary = new RunSummary
        {
            RunId = state.RunId,
            Request = Shorten(state.Submitted.Request, 500),
            Playbook = state.PlanRequest?.Playbook ?? state.Submitted.Playbook,
            Status = state.ShownStatus,
            CreatedAt = Timestamp.FromDateTimeOffset(state.CreatedAt),
            UpdatedAt = Timestamp.FromDateTimeOffset(state.UpdatedAt),
            EndedAt = state.EndedAt is { } ended ? Timestamp.FromDateTimeOffset(ended) : null,
            TasksTotal = state.Tasks.Count,
            TasksDone = state.TasksEnded,
            Failure = state.Failure,
            Principal = state.Submitted.Principal,
            Approvals = state.OpenApprovals + state.OpenToolApprovals,
            RetryOf = state.Submitted.RetryOf,
            Parent = state.Submitted.Parent,
            Used = RunCosts.Own(state),
        };
        summary.Labels.Add(state.Submitted.Labels);
        return summary;
    }

    /// <summary>All of it.</summary>
    public static Run Run(RunState state, bool includeOutputs, DateTimeOffset now)
    {
        var run = new Run
        {
            Summary = Summary(state),
            Version = state.Version,
            Plan = state.Plan,
            Workspace = state.Submitted.Workspace,
            Inputs = state.Submitted.Inputs,
            PlanReason = state.PlanRequest?.Reason ?? "",
            TraceId = state.TraceId,
        };
        run.Tasks.Add(state.Tasks.Select(task => Task(state, task, includeOutputs, now)));
        run.Guidance.Add(state.Guidance.Select(guided => new GuidanceView
        {
            Key = guided.Given.Key,
            Text = guided.Given.Text,
            By = guided.Given.By,
            GivenAt = Timestamp.FromDateTimeOffset(guided.At),
        }));
        return run;
    }

    /// <summary>What it came to. The output may hold artifact markers.</summary>
    public static RunResult Result(RunState state, DateTimeOffset now)
    {
        var result = new RunResult
        {
            RunId = state.RunId,
            Playbook = state.PlanRequest?.Playbook ?? "",
            Status = state.Status,
            Output = state.Completion?.Output,
            Failure = state.Failure,
            Request = state.Submitted.Request,
            DurationSeconds = Seconds(state.CreatedAt, state.EndedAt ?? now),
        };
        result.Tasks.Add(state.Tasks.Select(task => Task(state, task, false, now)));
        result.Missing.Add(state.Completion?.Missing ?? []);
        return result;
    }

    /// <summary>The decision that a task waits for; null: none.</summary>
    public static ApprovalView? Approval(RunState state, TaskNode task) => task.Approval is not { } approval ? null : new ApprovalView
    {
        RunId = state.RunId,
        TaskId = task.Id,
        Title = Title(task),
        Question = approval.Asked.Question,
        Deciders = { approval.Deciders },
        Evidence = approval.Asked.Evidence,
        RequestedAt = Timestamp.FromDateTimeOffset(approval.RequestedAt),
        Deadline = approval.Asked.Deadline,
        Reminders = approval.Reminders,
        Escalated = approval.EscalatedTo is not null,
    };

    /// <summary>What a task is given, with the outputs it refers to; before it begins, or when it is a draft for a planner, as it stands in the plan.</summary>
    public static Struct Input(RunState state, TaskNode task) => task.Definition.Input is not { } input ? new Struct()
        : task.Kind == TaskKind.Plan || task.Status == State.Pending ? input.Clone()
        : Template.Fill(input, reference => state.Resolve(reference, task));

    /// <summary>A task as clients see it.</summary>
    public static TaskView Task(RunState state, TaskNode task, bool includeOutput, DateTimeOffset now)
    {
        var view = new TaskView
        {
            Id = task.Id,
            Title = Title(task),
            Role = task.Role,
            TaskType = task.Definition.TaskType,
            Status = task.Status,
            Attempts = task.Attempt,
            Instance = task.InstanceName,
            Progress = task.Progress,
            ProgressMessage = task.ProgressMessage,
            DurationSeconds = task.FirstStartedAt is { } first ? Seconds(first, task.EndedAt ?? now) : 0,
            StartedAt = task.FirstStartedAt is { } started ? Timestamp.FromDateTimeOffset(started) : null,
            EndedAt = task.EndedAt is { } ended ? Timestamp.FromDateTimeOffset(ended) : null,
            Failure = task.Status == State.Failed ? task.LastFailure : null,
            Note = task.Note,
            ParentId = task.Parent?.Id ?? "",
            Estimate = task.Estimate,
            Output = includeOutput ? task.Output : null,
            OutputRef = task.OutputRef,
            Optional = task.Definition.Optional,
            Approval = Approval(state, task),
            WaitUntil = task.Until is { } until ? Timestamp.FromDateTimeOffset(until) : null,
            SubRunId = task.SubRunId,
        };
        view.ModelParts.Add(task.ModelParts);
        view.Skills.Add(task.Skills);
        view.Rulings.Add(task.Rulings);
        view.Scores.Add(task.Scores);
        view.DependsOn.Add(task.Parent is null ? task.Definition.DependsOn : []);
        if (task.Score is { } score)
        {
            view.Score = score;
        }

        return view;
    }

    private static string Title(TaskNode task) => task.Definition.Title.Length > 0 ? task.Definition.Title : task.Id;

    private static double Seconds(DateTimeOffset from, DateTimeOffset to) => Math.Round((to - from).TotalSeconds, 3);

    private static string Shorten(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";
}
