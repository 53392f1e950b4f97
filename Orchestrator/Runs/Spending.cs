using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What a run or a task has used, and what is set aside for attempts that have not ended.</summary>
internal sealed class Spending
{
    /// <summary>What ended attempts have used.</summary>
    public Usage Usage { get; private init; } = new();

    /// <summary>Tokens read and written.</summary>
    public long Tokens => Usage.InputTokens + Usage.OutputTokens;

    /// <summary>Attempts that count, running ones included.</summary>
    public int Attempts { get; set; }

    /// <summary>Set aside, in tokens.</summary>
    public long ReservedTokens { get; set; }

    /// <summary>Set aside, in millionths of the currency.</summary>
    public long ReservedCost { get; set; }

    /// <summary>Attempts that are queued.</summary>
    public int Queued { get; set; }

    /// <summary>The most that one attempt has used.</summary>
    public Usage Most { get; init; } = new();

    /// <summary>Resources of which 80 % are used, and it was said.</summary>
    public SortedSet<string> Warned { get; private init; } = new(StringComparer.Ordinal);

    public static Spending From(Usage usage, int attempts, IEnumerable<string> warned) =>
        new() { Usage = usage, Attempts = attempts, Warned = new SortedSet<string>(warned, StringComparer.Ordinal) };

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
