using Protos.V1;

namespace Cli.Display;

/// <summary>What is shown of one task; the items of a foreach and the reviews of a task stand in its line.</summary>
internal sealed class TaskLine(string id, string title, string role)
{
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);

    public string Id => id;

    public string Title => title.Length > 0 ? title : id;

    public string Role => role;

    public State Status { get; set; } = State.Pending;

    public double Fraction { get; set; }

    public string Message { get; set; } = "";

    public int Attempts { get; set; }

    public string Instance { get; set; } = "";

    public int? Score { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Items of a foreach; 0 for other tasks.</summary>
    public int Items { get; set; }

    public int ItemsDone => _ended.Count;

    public int ItemsFailed { get; set; }

    /// <summary>Whether a time ends it, not an agent.</summary>
    public bool IsWait { get; init; }

    public bool IsOver => Status is State.Completed or State.Failed or State.Skipped or State.Cancelled;

    /// <summary>0 to 1.</summary>
    public double Share => IsOver ? 1 : Items > 0 ? (double)ItemsDone / Items : Math.Clamp(Fraction, 0, 1);

    /// <summary>Counts an item that has ended; once, however often it is said.</summary>
    public void EndItem(string taskId) => _ended.Add(taskId);
}
