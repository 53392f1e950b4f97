using Orchestrator.Policy.Rules;

namespace Orchestrator.Tests.Policy;

public sealed class RuleEvaluatorTests
{
    [Fact]
    public void Table_BuiltIn_DecidesEveryCase()
    {
        PolicyCases.All.Count.ShouldBeGreaterThan(100);
        Wrong(PolicyCases.Rules, PolicyCases.All).ShouldBeEmpty();
    }

    [Fact]
    public void Shipped_Policy_DecidesForEveryBuiltInTool() => Wrong(PolicyCases.ShippedRules, PolicyCases.Shipped).ShouldBeEmpty();

    [Theory]
    [InlineData("""{"tool_policy": {"default": "maybe", "rules": []}}""", "tool_policy.default: 'maybe' must be allow or deny")]
    [InlineData("""{"tool_policy": {"default": "deny", "rules": [{"id": "a", "effect": "permit"}]}}""", "tool_policy.rules[0].effect: 'permit' must be one of")]
    [InlineData("""{"tool_policy": {"default": "deny", "rules": [{"id": "a", "effect": "deny"}, {"id": "a", "effect": "deny"}]}}""", "tool_policy.rules[1].id: 'a' is used twice")]
    [InlineData("""{"tool_policy": {"default": "deny", "rules": [{"id": "a", "effect": "deny", "tool": ["x"]}]}}""", "tool")]
    [InlineData("""{"tool_policy": {"default": "deny", "rules": [{"id": "a", "effect": "deny", "tools": []}]}}""", "tool_policy.rules[0].tools: '[]' must not be empty")]
    [InlineData("""{"tool_policy": {"default": "deny", "rules": [{"id": "a", "effect": "deny", "tools": ["a|b"]}]}}""", "tool_policy.rules[0].tools: 'a|b' must be text without")]
    [InlineData("""{"tool_policy": {"default": "deny", "rules": [{"id": "a", "effect": "deny", "time": {"from": "8"}}]}}""", "tool_policy.rules[0].time.from: '8' must be a time")]
    [InlineData("""{"tool_policy": {"default": "deny", "rules": [{"id": "a", "effect": "deny", "arguments": [{"name": "x"}]}]}}""", "must have one of values, paths, hosts, verbs")]
    [InlineData("""{"tool_policy": {"default": "deny", "rules": [{"id": "a", "effect": "deny", "grants": ["network"]}]}}""", "must not stand in a rule that denies")]
    [InlineData("{\n\"tool_policy\": {\"default\": \"deny\",\n oops", "line 3")]
    public void File_Wrong_NamesPlaceValueAndRule(string text, string message) =>
        Should.Throw<PolicyFileException>(() => PolicyReader.Read(text)).Message.ShouldContain(message);

    private static string Wrong(string rules, IReadOnlyList<PolicyCase> cases)
    {
        var evaluator = new RuleEvaluator(PolicyReader.Read(rules));
        return string.Join('\n', cases.Select(one => (one, verdict: evaluator.Decide(one.Input)))
            .Where(pair => pair.verdict.Effect != pair.one.Effect || pair.verdict.Rule != pair.one.Rule)
            .Select(pair => $"{pair.one.Input.ToJson()}: {pair.verdict.Effect} by '{pair.verdict.Rule}', not {pair.one.Effect} by '{pair.one.Rule}'"));
    }
}
