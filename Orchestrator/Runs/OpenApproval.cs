using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>A decision that is waited for.</summary>
internal sealed class OpenApproval(ApprovalRequested asked, Approval terms, DateTimeOffset requestedAt)
{
    /// <summary>As it was asked.</summary>
    public ApprovalRequested Asked { get; } = asked;

    /// <summary>As the plan has it.</summary>
    public Approval Terms { get; } = terms;

    public DateTimeOffset RequestedAt { get; } = requestedAt;

    /// <summary>Until when it can be decided; null: no end.</summary>
    public DateTimeOffset? Deadline { get; } = asked.Deadline?.ToDateTimeOffset();

    /// <summary>The next reminder; null: none.</summary>
    public DateTimeOffset? RemindAt { get; set; } = asked.RemindAt?.ToDateTimeOffset();

    /// <summary>When others may decide too; null: never.</summary>
    public DateTimeOffset? EscalateAt { get; } = asked.EscalateAt?.ToDateTimeOffset();

    public int Reminders { get; set; }

    /// <summary>Who may decide beside the deciders since the escalation; null: it was not escalated.</summary>
    public IReadOnlyList<string>? EscalatedTo { get; set; }

    /// <summary>Whether it was asked because the task had failed.</summary>
    public bool IsFallback => Asked.IsFallback;

    /// <summary>Whether it was asked because reviews stayed below the threshold.</summary>
    public bool IsGate => Asked.IsGate;

    /// <summary>Everybody who may decide; empty: everybody of the tenant.</summary>
    public IEnumerable<string> Deciders => Asked.Deciders.Count == 0 ? [] : Asked.Deciders.Concat(EscalatedTo ?? []).Distinct(StringComparer.Ordinal);

    /// <summary>The next moment at which time changes something; null: none.</summary>
    public DateTimeOffset? WakeAt => Earlier(Deadline, Earlier(RemindAt, EscalatedTo is null ? EscalateAt : null));

    /// <summary>Whether somebody may decide it.</summary>
    /// <param name="tenant">The run's.</param>
    public bool MayDecide(Principal by, string tenant) =>
        by.Tenant == tenant && (Asked.Deciders.Count == 0 || Asked.Deciders.Contains(by.Name) || EscalatedTo?.Contains(by.Name) == true);

    /// <summary>The earlier of two moments, where null is never.</summary>
    internal static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;
}
