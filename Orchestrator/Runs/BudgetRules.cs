using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What every budget must keep, wherever it comes from.</summary>
internal static class BudgetRules
{
    /// <summary>The largest limit of tokens.</summary>
    public const long MaxTokens = 1_000_000_000_000;

    /// <summary>The largest limit of money, in millionths.</summary>
    public const long MaxCostMicros = 1_000_000_000_000_000;

    /// <summary>Attempts of a run.</summary>
    public const int MaxAttempts = 1_000_000;

    /// <summary>Adds every rule that is broken, with field and value.</summary>
    public static void Check(Budget? budget, string at, List<string> violations)
    {
        if (budget is null)
        {
            return;
        }

        InRange(budget.Tokens, MaxTokens, $"{at}.tokens");
        InRange(budget.CostMicros, MaxCostMicros, $"{at}.cost_micros");
        InRange(budget.Seconds, Waits.MaxSeconds, $"{at}.seconds");
        InRange(budget.Attempts, MaxAttempts, $"{at}.attempts");
        InRange(budget.ReserveTokens, MaxTokens, $"{at}.reserve_tokens");
        InRange(budget.ReserveCostMicros, MaxCostMicros, $"{at}.reserve_cost_micros");
        if (budget.WhenShort is not ("" or "stop" or Budgets.Degrade or Budgets.Cheaper))
        {
            violations.Add($"{at}.when_short: '{budget.WhenShort}' is none of stop, degrade, cheaper.");
        }

        if (budget.CheaperModel.Length > 200)
        {
            violations.Add($"{at}.cheaper_model: {budget.CheaperModel.Length} characters are too many; at most 200 are allowed.");
        }

        foreach (var (role, agent) in budget.Agents)
        {
            Check(agent, $"{at}.agents.{role}", violations);
            if (agent.Seconds > 0 || agent.Agents.Count > 0)
            {
                violations.Add($"{at}.agents.{role}: has seconds or agents; only tokens, cost and attempts can be limited by role.");
            }
        }

        void InRange(long value, long most, string field)
        {
            if (value < 0 || value > most)
            {
                violations.Add($"{field}: {value} is not in 0 to {most}.");
            }
        }
    }

    /// <summary>The tighter of two limits in each resource; what is to happen is as the first says, if it says anything. Null: no limit.</summary>
    public static Budget? Tighter(Budget? first, Budget? second)
    {
        if (first is null || second is null)
        {
            return first ?? second;
        }

        var tighter = new Budget
        {
            Tokens = Least(first.Tokens, second.Tokens),
            CostMicros = Least(first.CostMicros, second.CostMicros),
            Seconds = Least(first.Seconds, second.Seconds),
            Attempts = Least(first.Attempts, second.Attempts),
            WhenShort = first.WhenShort.Length > 0 ? first.WhenShort : second.WhenShort,
            ReserveTokens = first.ReserveTokens > 0 ? first.ReserveTokens : second.ReserveTokens,
            ReserveCostMicros = first.ReserveCostMicros > 0 ? first.ReserveCostMicros : second.ReserveCostMicros,
            CheaperModel = first.CheaperModel.Length > 0 ? first.CheaperModel : second.CheaperModel,
        };
        foreach (var role in first.Agents.Keys.Union(second.Agents.Keys, StringComparer.Ordinal))
        {
            tighter.Agents[role] = Tighter(first.Agents.GetValueOrDefault(role), second.Agents.GetValueOrDefault(role));
        }

        return tighter;
    }

    /// <summary>The lower of two limits of which 0 is none.</summary>
    public static int Least(int first, int second) => (int)Least((long)first, second);

    private static long Least(long first, long second) => first == 0 ? second : second == 0 ? first : Math.Min(first, second);
}
