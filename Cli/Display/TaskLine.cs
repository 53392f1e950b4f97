using Protos.V1;

namespace Cli.Display;

/// <summary>What is shown of one task; the items of a foreach and the reviews of a task stand in its line.</summary>
internal sealed class TaskLine(string id, string title, string role)
{
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Usage> _open = new(StringComparer.Ordinal);
    private readonly Usage _settled = new();

    public string Id => id;

    public string Title => title.Length > 0 ? title : id;

    public string Role => role;

    /// <summary>What stands before it in the tree of the plan.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Tokens that its attempts have used so far, items and reviews included.</summary>
    public long Tokens => _settled.InputTokens + _settled.OutputTokens + _open.Values.Sum(used => used.InputTokens + used.OutputTokens);

    /// <summary>Millionths of the currency of the price table.</summary>
    public long CostMicros => _settled.CostMicros + _open.Values.Sum(used => used.CostMicros);

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

    /// <summary>An attempt that goes on has asked a model.</summary>
    public void Spend(ModelCalled call)
    {
        var used = _open.TryGetValue(call.TaskId, out var there) ? there : _open[call.TaskId] = new Usage();
        used.InputTokens += call.InputTokens;
        used.OutputTokens += call.OutputTokens;
        used.CostMicros += call.CostMicros;
    }

    /// <summary>An attempt has ended, and says what it used; null: what was seen of it counts.</summary>
    public void Settle(string taskId, Usage? said)
    {
        _open.Remove(taskId, out var seen);
        if ((said ?? seen) is { } used)
        {
            _settled.InputTokens += used.InputTokens;
            _settled.OutputTokens += used.OutputTokens;
            _settled.CostMicros += used.CostMicros;
        }
    }

    /// <summary>Counts an item that has ended; once, however often it is said.</summary>
    public void EndItem(string taskId) => _ended.Add(taskId);
}
