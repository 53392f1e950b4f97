using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Agents.Hosting;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Api;
using Orchestrator.Dispatch;
using Orchestrator.Policy;
using Orchestrator.Tests.Engine;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Policy;

/// <summary>What becomes of a tool call in a run: real agents, a real orchestrator, and an OPA that follows a script.</summary>
public sealed class DecisionTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly ConcurrentQueue<string> _called = new();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Call_RuleAllows_IsRecordedBeforeItIsMade()
    {
        await using var system = await StartAsync("""{"id": "all", "effect": "allow", "reason": "Fine.", "grants": ["network"]}""");

        var events = await system.WatchAsync(await system.SubmitAsync(Of(Task("a"))));

        var decided = events.Single(e => e.PolicyDecided != null);
        (decided.PolicyDecided.Tool, decided.PolicyDecided.Effect, decided.PolicyDecided.Rule, decided.PolicyDecided.Source).ShouldBe(("probe", "allow", "all", "built-in"));
        decided.Version.ShouldBeLessThan(events.Single(e => e.ToolCalled != null).Version);
        _called.ShouldBe(["network"]);
        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
    }

    [Fact]
    public async Task Call_RuleDenies_IsNotMadeAndSaysWhichRule()
    {
        await using var system = await StartAsync("""{"id": "no-secrets", "effect": "deny", "reason": "Secret.", "arguments": [{"name": "path", "paths": ["secret/**"]}]}, {"id": "all", "effect": "allow"}""");

        var events = await system.WatchAsync(await system.SubmitAsync(Of(Task("a"))));

        events.Single(e => e.PolicyDecided != null).PolicyDecided.Rule.ShouldBe("no-secrets");
        events[^1].RunFailed.Failure.Message.ShouldContain("rule no-secrets: Secret.");
        _called.ShouldBeEmpty();
    }

    [Fact]
    public async Task Call_ToolOutsideTheContract_IsDeniedWhateverTheRulesSay()
    {
        await using var system = await StartAsync("""{"id": "all", "effect": "allow"}""", tools: ["other"]);

        var events = await system.WatchAsync(await system.SubmitAsync(Of(Task("a"))));

        events[^1].RunFailed.Failure.Code.ShouldBe("TOOL_DENIED");
        _called.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_NeedsApproval_WaitsForThePerson(bool approved)
    {
        await using var system = await StartAsync("""{"id": "ask", "effect": "needs_approval", "reason": "Really?", "deciders": ["local"], "grants": ["network"]}""", settings: ["--Policy:HoldSeconds=0.2"]);

        var run = await system.SubmitAsync(Of(Task("a")));
        var asked = (await system.UntilAsync(run, e => e.ToolApprovalRequested != null)).ToolApprovalRequested;
        var open = (await system.Engine.ListApprovalsAsync(new ListApprovalsRequest { RunId = run }, TestSystem.Me, CancellationToken.None)).Approvals.ShouldHaveSingleItem();
        open.TaskId.ShouldBe(asked.ApprovalId);
        open.Evidence.Fields["path"].StringValue.ShouldBe("secret/key");
        _called.ShouldBeEmpty();
        (await system.RunAsync(run)).Summary.Approvals.ShouldBe(1);

        await system.Engine.DecideAsync(new DecideApprovalRequest { RunId = run, TaskId = asked.ApprovalId, Approved = approved, Comment = "said so" }, TestSystem.Me, CancellationToken.None);
        var events = await system.WatchAsync(run);

        _called.ToArray().ShouldBe(approved ? ["network"] : []);
        var last = events.Last(e => e.PolicyDecided != null).PolicyDecided;
        last.Effect.ShouldBe(approved ? "allow" : "deny");
        last.Reason.ShouldContain("by local: said so");
        events.Count(e => e.ToolApprovalRequested != null).ShouldBe(1);
        (await system.Engine.ListApprovalsAsync(new ListApprovalsRequest { RunId = run }, TestSystem.Me, CancellationToken.None)).Approvals.ShouldBeEmpty();
    }

    [Fact]
    public async Task Approval_OfARunThatIsCancelled_IsNotWaitedForAnyMore()
    {
        await using var system = await StartAsync("""{"id": "ask", "effect": "needs_approval"}""");
        var run = await system.SubmitAsync(Of(Task("a")));
        await system.UntilAsync(run, e => e.ToolApprovalRequested != null);

        await system.Engine.CancelAsync(new CancelRunRequest { RunId = run }, TestSystem.Me, CancellationToken.None);
        await system.WatchAsync(run);

        (await system.Engine.ListApprovalsAsync(new ListApprovalsRequest { RunId = run }, TestSystem.Me, CancellationToken.None)).Approvals.ShouldBeEmpty();
        _called.ShouldBeEmpty();
    }

    [Fact]
    public async Task Approval_OrchestratorRestarts_IsStillKnown()
    {
        await using var system = await StartAsync("""{"id": "ask", "effect": "needs_approval"}""", settings: ["--Policy:HoldSeconds=0.2"]);
        var run = await system.SubmitAsync(Of(Task("a")));
        var asked = (await system.UntilAsync(run, e => e.ToolApprovalRequested != null)).ToolApprovalRequested;

        await system.StopOrchestratorAsync();
        await system.StartOrchestratorAsync();
        await system.Engine.DecideAsync(new DecideApprovalRequest { RunId = run, TaskId = asked.ApprovalId, Approved = true }, TestSystem.Me, CancellationToken.None);
        var events = await system.WatchAsync(run);

        events.Count(e => e.ToolApprovalRequested != null).ShouldBe(1);
        events.Last(e => e.ToolApprovalDecided != null).ToolApprovalDecided.Approved.ShouldBeTrue();
    }

    [Fact]
    public async Task Policy_FileChanges_IsReadAgainAndABrokenOneKeepsTheLastGood()
    {
        await using var system = await StartAsync("""{"id": "first", "effect": "allow"}""", settings: ["--Policy:ReloadSeconds=0"]);
        (await RuleOfAsync(system)).ShouldBe("first");

        await WriteAsync("""{"id": "second", "effect": "allow"}""");
        (await RuleOfAsync(system)).ShouldBe("second");

        await File.WriteAllTextAsync(_file, "{ broken");
        (await RuleOfAsync(system)).ShouldBe("second");
        system.Services.GetRequiredService<PolicySource>().Complaint.ShouldContain("line 1");

        await WriteAsync("""{"id": "third", "effect": "allow"}""");
        (await RuleOfAsync(system)).ShouldBe("third");
        system.Services.GetRequiredService<PolicySource>().Complaint.ShouldBeEmpty();
    }

    [Fact]
    public async Task Opa_Decides_WithItsDecisionId()
    {
        JsonNode? asked = null;
        await using var opa = await OpaAsync(async context =>
        {
            context.Request.Path.Value.ShouldBe("/v1/data/agents/tools/decision");
            asked = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            await context.Response.WriteAsync("""{"decision_id": "d-1", "result": {"effect": "allow", "rule": "from-opa", "reason": "ok", "grants": ["network"], "deciders": []}}""");
        });
        await using var system = await StartAsync("""{"id": "none", "effect": "deny"}""", settings: [$"--Policy:Opa={opa.Urls.First()}"]);

        var decided = (await system.WatchAsync(await system.SubmitAsync(Of(Task("a"))))).Single(e => e.PolicyDecided != null).PolicyDecided;

        (decided.Rule, decided.Source, decided.DecisionId, decided.Effect).ShouldBe(("from-opa", "opa", "d-1", "allow"));
        _called.ShouldBe(["network"]);
        var input = asked!["input"]!;
        input["tool"]!.GetValue<string>().ShouldBe("probe");
        input["role"]!.GetValue<string>().ShouldBe("worker");
        input["tenant"]!.GetValue<string>().ShouldBe("local");
        input["facts"]!["paths"]!["path"]!.ToJsonString().ShouldBe("""["secret/key"]""");
    }

    [Theory]
    [InlineData(200, "{}", "it has no decision")]
    [InlineData(200, """{"result": {"effect": "sure"}}""", "the effect 'sure'")]
    [InlineData(200, "<html>", "is not a decision")]
    [InlineData(500, "{}", "it answered 500")]
    [InlineData(-1, "", "did not answer within 0.3 s")]
    [InlineData(0, "", "cannot be reached")]
    public async Task Opa_GivesNoDecision_DeniesWithTheReason(int status, string body, string reason)
    {
        await using var opa = await OpaAsync(async context =>
        {
            if (status < 0)
            {
                await System.Threading.Tasks.Task.Delay(Timeout.Infinite, context.RequestAborted);
            }

            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
        });
        var url = opa.Urls.First();
        if (status == 0)
        {
            await opa.StopAsync();
        }

        await using var system = await StartAsync("""{"id": "all", "effect": "allow"}""", settings: [$"--Policy:Opa={url}", $"--Policy:OpaSeconds={(status < 0 ? "0.3" : "10")}"]);

        var events = await system.WatchAsync(await system.SubmitAsync(Of(Task("a"))));

        var decided = events.First(e => e.PolicyDecided != null).PolicyDecided;
        (decided.Effect, decided.Source).ShouldBe(("deny", "opa"));
        decided.Reason.ShouldContain(reason);
        _called.ShouldBeEmpty();
    }

    [Fact]
    public async Task Tools_OfTheAgents_AreListedWithTheirRoles()
    {
        await using var system = await StartAsync("""{"id": "all", "effect": "allow"}""");

        var tool = ToolCatalog.List(system.Services.GetRequiredService<IAgentDirectory>(), new ListToolsRequest()).Tools.Single(view => view.Tool.Name == "probe");

        tool.Roles.ShouldBe(["worker"]);
    }

    private static async Task<string> RuleOfAsync(TestSystem system) =>
        (await system.WatchAsync(await system.SubmitAsync(Of(Task("a"))))).Single(e => e.PolicyDecided != null).PolicyDecided.Rule;

    private async Task<TestSystem> StartAsync(string rules, string[]? tools = null, string[]? settings = null)
    {
        await WriteAsync(rules);
        var system = await TestSystem.StartAsync([$"--Policy:File={_file}", .. settings ?? []]);
        await system.AddAgentAsync("worker", agent => agent.UseTools(tools ?? ["probe"]).OnTask<Struct, Struct>("work", async (_, context, ct) =>
        {
            await context.CallToolAsync(
                "probe", new { path = "secret/key" },
                (grant, _) =>
                {
                    _called.Enqueue(string.Join(',', grant.Grants));
                    return System.Threading.Tasks.Task.FromResult("done");
                },
                ct);
            return new Struct();
        }));
        return system;
    }

    private Task WriteAsync(string rules) => File.WriteAllTextAsync(_file, $$$"""{"tool_policy": {"default": "deny", "rules": [{{{rules}}}]}}""");

    private static async Task<WebApplication> OpaAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var opa = builder.Build();
        opa.Urls.Add("http://127.0.0.1:0");
        opa.Run(answer);
        await opa.StartAsync();
        return opa;
    }
}
