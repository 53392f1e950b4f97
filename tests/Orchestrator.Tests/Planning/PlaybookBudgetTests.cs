using Protos.V1;

namespace Orchestrator.Tests.Planning;

/// <summary>A <c>budget</c> in a playbook.</summary>
public class PlaybookBudgetTests
{
    [Fact]
    public void Parse_BudgetOfPlaybookAndTask_KeepsMoneyExactly()
    {
        var plan = PlaybookFiles.Good(Text("{tokens: 200000, cost: 2.100001, seconds: 600, attempts: 30, when_short: cheaper, cheaper_model: mini, reserve: {tokens: 4000, cost: 0.05}}", "{attempts: 2}"), "spend").Draft;

        plan.Budget.ShouldBe(new Budget
        {
            Tokens = 200000,
            CostMicros = 2100001,
            Seconds = 600,
            Attempts = 30,
            WhenShort = "cheaper",
            CheaperModel = "mini",
            ReserveTokens = 4000,
            ReserveCostMicros = 50000,
        });
        plan.Tasks[0].Budget.ShouldBe(new Budget { Attempts = 2 });
    }

    [Theory]
    [InlineData("{tokens: 0}", "budget.tokens is 0")]
    [InlineData("{tokens: 1.5}", "budget.tokens is 1.5; it must be a whole number")]
    [InlineData("{cost: 0.0000001}", "budget.cost is 0.0000001")]
    [InlineData("{cost: 1.0000001}", "at most 6 decimal places")]
    [InlineData("{when_short: pray}", "budget.when_short")]
    [InlineData("{money: 1}", "'budget.money' is not known")]
    [InlineData("{reserve: {tokens: -1}}", "budget.reserve.tokens is -1")]
    public void Parse_BadBudget_NamesFieldAndRule(string budget, string expected) =>
        PlaybookFiles.Parse(Text(budget, "{attempts: 1}")).Errors.Select(error => error.ToString()).ShouldContain(error => error.Contains(expected, StringComparison.Ordinal));

    private static string Text(string budget, string ofTask) => $$"""
        name: spend
        title: Spend
        description: Spends.
        budget: {{budget}}
        tasks:
          a: {role: worker, task: work, budget: {{ofTask}}}
        """;
}
