using Orchestrator.Policy;
using Protos.V1;

namespace Orchestrator.Tests.Insight;

public sealed class PolicyInsightTests(InsightSystem system) : IClassFixture<InsightSystem>
{
    [Fact]
    public async Task Get_RulesInForce_StandWithTheirLines()
    {
        var policy = await system.GetAsync<GetPolicyResponse>("/api/policies");

        policy.Rules.Select(rule => (rule.Id, rule.Effect, rule.Line)).ShouldBe([("no-secrets", "deny", 5), ("all", "allow", 7)]);
        policy.Rules[0].Conditions.Fields.Keys.ShouldBe(["arguments"]);
        policy.DefaultEffect.ShouldBe("deny");
        policy.Version.Length.ShouldBe(64);
        policy.Error.ShouldBeNull();
    }

    [Fact]
    public async Task Get_FileIsBroken_TellsTheErrorWithItsPlaceAndKeepsTheLastGoodOne()
    {
        var good = await system.GetAsync<GetPolicyResponse>("/api/policies");
        try
        {
            await File.WriteAllTextAsync(system.PolicyFile, InsightSystem.Policy.Replace("\"allow\"", "\"alow\"", StringComparison.Ordinal));

            var policy = await system.GetAsync<GetPolicyResponse>("/api/policies");

            policy.Error.Message.ShouldContain("tool_policy.rules[1].effect: 'alow'");
            policy.Error.Line.ShouldBe(7);
            policy.ErrorAt.ShouldNotBeNull();
            (policy.Version, policy.LoadedAt).ShouldBe((good.Version, good.LoadedAt));
            (await system.GetAsync<GetOverviewResponse>("/api/overview")).Warnings.ShouldContain(warning => warning.Contains("'alow'", StringComparison.Ordinal));
        }
        finally
        {
            await File.WriteAllTextAsync(system.PolicyFile, InsightSystem.Policy);
        }

        (await system.GetAsync<GetPolicyResponse>("/api/policies")).Error.ShouldBeNull();
    }

    [Theory]
    [InlineData("secret/key", "deny", "no-secrets")]
    [InlineData("open/x", "allow", "all")]
    public async Task Test_Call_IsDecidedByTheRuleThatWouldDecide(string path, string effect, string rule)
    {
        var answer = await system.PostAsync<TestPolicyResponse>("/api/policies/test", new { tool = "probe", role = "worker", arguments = new { path }, time = "2026-11-21T10:00:00Z" });

        (answer.Effect, answer.Rule, answer.Source).ShouldBe((effect, rule, "built-in"));
        answer.Input.Fields["facts"].StructValue.Fields["paths"].StructValue.Fields["path"].ListValue.Values[0].StringValue.ShouldBe(path);
        answer.Input.Fields["time"].StructValue.Fields["day"].StringValue.ShouldBe("sat");
    }

    [Fact]
    public async Task Test_ToolOutsideTheContract_IsDeniedByIt() =>
        (await system.PostAsync<TestPolicyResponse>("/api/policies/test", new { tool = "other", role = "worker" })).Source.ShouldBe("contract");

    [Fact]
    public async Task Test_OtherRules_AreThoseThatDecide()
    {
        var answer = await system.PostAsync<TestPolicyResponse>("/api/policies/test", new { tool = "probe", policy = """{"tool_policy": {"default": "allow", "rules": []}}""" });

        (answer.Effect, answer.Rule).ShouldBe(("allow", ""));
        (await system.RefusedAsync("/api/policies/test", new { tool = "probe", policy = "{" })).Problem.GetProperty("code").GetString().ShouldBe("INVALID_POLICY");
        (await system.RefusedAsync("/api/policies/test", new { role = "worker" })).Problem.GetProperty("field").GetString().ShouldBe("tool");
    }

    [Theory]
    [InlineData("{\n  \"tool_policy\": 3\n}", 2)]
    [InlineData("{\n  \"tool_policy\": {\n    \"default\": \"deny\",\n    \"rules\": [\n      {\"id\": \"a\", \"effect\": \"allow\"},\n      {\"id\": \"b b\", \"effect\": \"allow\"}\n    ]\n  }\n}", 6)]
    public void Validate_BadText_SaysWhere(string text, int line)
    {
        var error = PolicyDesk.Validate(text).Errors.ShouldHaveSingleItem();

        error.Line.ShouldBe(line, error.Message);
        error.Column.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Decisions_OfRuns_AreListed()
    {
        var run = await system.PostAsync<SubmitRunResponse>("/api/agents/worker/try", new { task_type = "tool", input = new { text = "open/x" } });
        await system.System.WatchAsync(run.RunId);

        var decisions = await system.GetAsync<SearchEventsResponse>($"/api/policies/decisions?run={run.RunId}&tool=probe");

        decisions.Events.ShouldHaveSingleItem().PolicyDecided.Rule.ShouldBe("all");
    }
}
