using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>One task of a snapshot, to and fro. What follows from the other tasks is not in it.</summary>
internal static class TaskSnapshots
{
    public static TaskSnapshot Of(TaskNode task)
    {
        var snapshot = new TaskSnapshot
        {
            Id = task.Id,
            Kind = (int)task.Kind,
            Definition = task.Kind is TaskKind.Plan or TaskKind.Review or TaskKind.Turn or TaskKind.Dispute ? task.Definition : null,
            Parent = task.Parent is null ? 0 : task.Parent.Ordinal + 1,
            Index = task.Index,
            Status = task.Status,
            OtherRole = task.OtherRole ?? "",
            Attempt = task.Attempt,
            Failures = task.Failures,
            Refusals = task.Refusals,
            LastFailure = task.LastFailure,
            InstanceId = task.InstanceId,
            InstanceName = task.InstanceName,
            NotBefore = Stamp(task.NotBefore),
            FirstStartedAt = Stamp(task.FirstStartedAt),
            StartedAt = Stamp(task.StartedAt),
            Deadline = Stamp(task.Deadline),
            DueAt = Stamp(task.DueAt),
            Epoch = task.Epoch,
            LastSeq = task.LastSeq,
            EndedAt = Stamp(task.EndedAt),
            Queued = task.Queued,
            Parked = task.Parked,
            Running = task.Running,
            Next = (int)task.Next,
            Output = task.Output,
            OutputRef = task.OutputRef,
            Extract = task.Extract,
            WholeTokens = task.WholeTokens,
            Guided = task.Guided,
            Missing = { task.Missing },
            ModelParts = { task.ModelParts },
            Skills = { task.Skills },
            AdoptedFrom = task.AdoptedFrom,
            Item = task.Item,
            Expanded = task.Items is not null,
            Begun = task.Begun,
            Round = task.Round,
            EarlierRounds = task.EarlierRounds,
            Score = task.Score,
            Review = task.Review,
            ReviewOpen = task.ReviewOpen,
            Contested = { task.Contested },
            Rulings = { task.Rulings },
            SentBack = task.IsSentBack,
            Scores = { task.Scores },
            Until = Stamp(task.Until),
            SubRun = task.SubRun,
            SubRunId = task.SubRunId,
            Fallback = task.Fallback,
            AskedInVain = task.AskedInVain,
            Staged = { task.StagedKeys },
            Progress = task.Progress,
            ProgressMessage = task.ProgressMessage,
            Note = task.Note,
            Estimate = task.Estimate,
            Used = task.Spent?.Usage,
            Tries = task.Spent?.Attempts ?? 0,
            Reserved = task.Reserved,
            BudgetHeld = task.BudgetHeld,
            ModelHint = task.ModelHint,
            Warned = { task.Spent?.Warned ?? [] },
        };
        if (task.Approval is { } approval)
        {
            snapshot.Approval = new ApprovalSnapshot
            {
                Asked = approval.Asked,
                RequestedAt = Stamp(approval.RequestedAt),
                RemindAt = Stamp(approval.RemindAt),
                Reminders = approval.Reminders,
                Escalated = approval.EscalatedTo is not null,
                EscalatedTo = { approval.EscalatedTo ?? [] },
            };
        }

        return snapshot;
    }

    public static TaskNode From(TaskSnapshot snapshot, PlannedTask definition, TaskNode? parent)
    {
        var task = new TaskNode(snapshot.Id, (TaskKind)snapshot.Kind, definition, parent, snapshot.Index)
        {
            Status = snapshot.Status,
            OtherRole = snapshot.OtherRole.Length > 0 ? snapshot.OtherRole : null,
            Attempt = snapshot.Attempt,
            Failures = snapshot.Failures,
            Refusals = snapshot.Refusals,
            LastFailure = snapshot.LastFailure,
            InstanceId = snapshot.InstanceId,
            InstanceName = snapshot.InstanceName,
            NotBefore = Time(snapshot.NotBefore) ?? default,
            FirstStartedAt = Time(snapshot.FirstStartedAt),
            StartedAt = Time(snapshot.StartedAt),
            Deadline = Time(snapshot.Deadline) ?? default,
            DueAt = Time(snapshot.DueAt),
            Epoch = snapshot.Epoch,
            LastSeq = snapshot.LastSeq,
            EndedAt = Time(snapshot.EndedAt),
            Queued = snapshot.Queued,
            Parked = snapshot.Parked,
            Running = snapshot.Running,
            Next = (NextStep)snapshot.Next,
            Output = snapshot.Output,
            OutputRef = snapshot.OutputRef,
            Extract = snapshot.Extract,
            WholeTokens = snapshot.WholeTokens,
            Guided = snapshot.Guided,
            Missing = snapshot.Missing,
            ModelParts = snapshot.ModelParts,
            Skills = snapshot.Skills,
            AdoptedFrom = snapshot.AdoptedFrom,
            Item = snapshot.Item,
            Items = snapshot.Expanded ? [] : null,
            Begun = snapshot.Begun,
            Round = snapshot.Round,
            EarlierRounds = snapshot.EarlierRounds,
            Score = snapshot.Score,
            Review = snapshot.Review,
            ReviewOpen = snapshot.ReviewOpen,
            Contested = snapshot.Contested,
            Rulings = snapshot.Rulings,
            IsSentBack = snapshot.SentBack,
            Scores = snapshot.Scores,
            Until = Time(snapshot.Until),
            SubRun = snapshot.SubRun,
            SubRunId = snapshot.SubRunId,
            Fallback = snapshot.Fallback,
            AskedInVain = snapshot.AskedInVain,
            Staged = snapshot.Staged.Count > 0 ? [.. snapshot.Staged] : null,
            Progress = snapshot.Progress,
            ProgressMessage = snapshot.ProgressMessage,
            Note = snapshot.Note,
            Estimate = snapshot.Estimate,
            Spent = snapshot.Used is null ? null : Spending.From(snapshot.Used, snapshot.Tries, snapshot.Warned),
            Reserved = snapshot.Reserved,
            BudgetHeld = snapshot.BudgetHeld,
            ModelHint = snapshot.ModelHint,
        };
        if (snapshot.Approval is { } approval)
        {
            task.Approval = new OpenApproval(approval.Asked, Approvals.Terms(task, approval.Asked), Time(approval.RequestedAt)!.Value)
            {
                RemindAt = Time(approval.RemindAt),
                Reminders = approval.Reminders,
                EscalatedTo = approval.Escalated ? approval.EscalatedTo : null,
            };
        }

        return task;
    }

    internal static Timestamp? Stamp(DateTimeOffset? time) => time is { } set && set != default ? Timestamp.FromDateTimeOffset(set) : null;

    internal static DateTimeOffset? Time(Timestamp? time) => time?.ToDateTimeOffset();
}
