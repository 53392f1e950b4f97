using System.Globalization;
using Orchestrator.Planning.Yaml;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Planning;

/// <summary>Reads a <c>budget</c>, of a playbook or of a task.</summary>
internal sealed class PlaybookBudgetParser(Action<YamlNode, string> wrong)
{
    private const decimal Micros = 1_000_000;

    public Budget? Read(YamlFields? fields)
    {
        if (fields is null)
            return null;
        var budget = new Budget
        {
            Tokens = Tokens(fields, "tokens"),
            CostMicros = Money(fields, "cost"),
            Seconds = fields.Integer("seconds", 1, Waits.MaxSeconds) ?? 0,
            Attempts = fields.Integer("attempts", 1, BudgetRules.MaxAttempts) ?? 0,
            WhenShort = fields.OneOf("when_short", "stop", Budgets.Degrade, Budgets.Cheaper),
            CheaperModel = fields.Text("cheaper_model", 200),
        };
        if (fields.Fields("reserve") is { } reserve)
        {
            budget.ReserveTokens = Tokens(reserve, "tokens");
            budget.ReserveCostMicros = Money(reserve, "cost");
            reserve.Done();
        }

        if (fields.Node("agents") is YamlMap roles)
        {
            var agents = fields.Fields("agents")!;
            foreach (var (role, _) in roles.Fields)
            {
                if (Read(agents.Fields(role.Text)) is { } agent)
                    budget.Agents[role.Text] = agent;
            }
        }
        else
        {
            fields.Fields("agents");
        }

        fields.Done();
        return budget;
    }

    private long Tokens(YamlFields fields, string name)
    {
        var number = fields.Number(name, 1, BudgetRules.MaxTokens) ?? 0;
        if (Math.Truncate(number).Equals(number))
            return (long)number;
        wrong(fields.Node(name)!, $"{fields.At(name)} is {number.ToString(CultureInfo.InvariantCulture)}; it must be a whole number");
        return 0;
    }

    // Read as it stands there: money is not rounded on the way.
    private long Money(YamlFields fields, string name)
    {
        if (fields.Number(name, 0.000001, BudgetRules.MaxCostMicros / (double)Micros) is null || fields.Node(name) is not YamlScalar scalar)
            return 0;
        if (decimal.TryParse(scalar.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && decimal.Truncate(amount * Micros) == amount * Micros)
            return (long)(amount * Micros);
        wrong(scalar, $"{fields.At(name)} is {scalar.Text}; it must be an amount with at most 6 decimal places");
        return 0;
    }
}
