using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What a run or a task has used, and what is set aside for attempts that have not ended.</summary>
internal sealed class Spending
{
    private long _queuedTokens;
    private long _queuedCost;

    /// <summary>What ended attempts have used.</summary>
    public Usage Usage { get; private init; } = new();

    /// <summary>Tokens read and written.</summary>
    public long Tokens => Usage.InputTokens + Usage.OutputTokens;

    /// <summary>Attempts that count, running ones included.</summary>
    public int Attempts { get; set; }

    /// <summary>Set aside, in tokens.</summary>
    public long ReservedTokens { get; private set; }

    /// <summary>Set aside, in millionths of the currency.</summary>
    public long ReservedCost { get; private set; }

    /// <summary>Attempts that are queued.</summary>
    public int Queued { get; private set; }

    /// <summary>Set aside for attempts that have begun, in tokens.</summary>
    public long RunningTokens => ReservedTokens - _queuedTokens;

    /// <summary>Set aside for attempts that have begun, in millionths of the currency.</summary>
    public long RunningCost => ReservedCost - _queuedCost;

    /// <summary>The most that one attempt has used.</summary>
    public Usage Most { get; init; } = new();

    /// <summary>Resources of which 80 % are used, and it was said.</summary>
    public SortedSet<string> Warned { get; private init; } = new(StringComparer.Ordinal);

    public static Spending From(Usage usage, int attempts, IEnumerable<string> warned) =>
        new() { Usage = usage, Attempts = attempts, Warned = new SortedSet<string>(warned, StringComparer.Ordinal) };

    /// <summary>So much is set aside.</summary>
    public void Reserve(Reservation reservation) => (ReservedTokens, ReservedCost) = (ReservedTokens + reservation.Tokens, ReservedCost + reservation.CostMicros);

    /// <summary>So much is free again.</summary>
    public void Free(Reservation reservation) => (ReservedTokens, ReservedCost) = (ReservedTokens - reservation.Tokens, ReservedCost - reservation.CostMicros);

    /// <summary>An attempt is queued.</summary>
    public void Enqueue(Reservation reservation) => Queue(1, reservation);

    /// <summary>It has begun, or will not.</summary>
    public void Dequeue(Reservation reservation) => Queue(-1, reservation);

    private void Queue(int sign, Reservation reservation)
    {
        Queued += sign;
        _queuedTokens += sign * reservation.Tokens;
        _queuedCost += sign * reservation.CostMicros;
    }

    public void Add(Usage usage)
    {
        Usage.InputTokens += usage.InputTokens;
        Usage.OutputTokens += usage.OutputTokens;
        Usage.CostMicros += usage.CostMicros;
        if (usage.InputTokens + usage.OutputTokens > Most.InputTokens)
        {
            Most.InputTokens = usage.InputTokens + usage.OutputTokens;
        }

        Most.CostMicros = Math.Max(Most.CostMicros, usage.CostMicros);
    }
}
