using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Processing;

/// <summary>What tenants may use in a month: configuration section <c>Budgets</c>. The same for all replicas.</summary>
internal sealed class TenantBudgetOptions : IValidatableObject
{
    /// <summary>By name; <c>*</c> is for every tenant that is not named. Empty: no limits.</summary>
    public Dictionary<string, TenantBudget> Tenants { get; } = new(StringComparer.Ordinal);

    /// <summary>Seconds after which what other replicas' runs have used is read again.</summary>
    [Range(1, 3600)]
    public double RefreshSeconds { get; set; } = 30;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, budget) in Tenants)
        {
            if (budget.MonthlyTokens < 0)
            {
                yield return new ValidationResult($"Budgets:Tenants:{name}:MonthlyTokens is {budget.MonthlyTokens}; it must be at least 0.");
            }

            if (budget.MonthlyCost < 0 || decimal.Truncate(budget.MonthlyCost * 1_000_000) != budget.MonthlyCost * 1_000_000)
            {
                yield return new ValidationResult($"Budgets:Tenants:{name}:MonthlyCost is {budget.MonthlyCost}; it must be an amount from 0 with at most 6 decimal places.");
            }
        }
    }
}

/// <summary>What one tenant may use in a calendar month, in UTC. A run counts in the month of its end.</summary>
internal sealed class TenantBudget
{
    /// <summary>0: no limit.</summary>
    public long MonthlyTokens { get; set; }

    /// <summary>In units of the price table's currency. 0: no limit.</summary>
    public decimal MonthlyCost { get; set; }

    /// <summary>The same in millionths.</summary>
    public long MonthlyCostMicros => (long)(MonthlyCost * 1_000_000);
}
