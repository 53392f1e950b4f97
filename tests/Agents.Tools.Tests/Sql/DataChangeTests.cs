using System.Text.Json.Nodes;
using Agents.Hosting;
using Agents.Tools.Tests.Runs;
using Protos.V1;

namespace Agents.Tools.Tests.Sql;

/// <summary>The playbook data-change on a real PostgreSQL: query, proposed SQL with its effect, approval, execution.</summary>
[Collection(nameof(SqlServer))]
public sealed class DataChangeTests(SqlServer server)
{
    private const string Delete = "DELETE FROM customers WHERE name = $1";

    [Fact]
    public async Task DataChange_Approved_ChangesTheData()
    {
        using var shop = await server.ShopAsync();
        await using var system = await RunSystem.StartAsync(server.Settings);

        var run = await AskAsync(system);
        await DecideAsync(system, run, approved: true);

        var events = await system.EventsAsync(run);
        var result = await system.ResultAsync(run);
        result.Status.ShouldBe(State.Completed, events[^1].ToString());
        var output = AgentJson.FromStruct<JsonObject>(result.Output);
        output["summary"]!.GetValue<string>().ShouldBe("1 row; public.customers: 1 deleted; public.orders: 2 deleted, approved by local");
        output["before"]!["rows"]!.ToJsonString().ShouldBe("""[[10,1],[11,1],[12,2]]""");
        output["after"]!["rows"]!.ToJsonString().ShouldBe("""[[12,2]]""");
        (await CountAsync(shop)).ShouldBe("[[1]]");
        events.Where(e => e.PolicyDecided != null).Select(e => (e.PolicyDecided.Tool, e.PolicyDecided.Effect, e.PolicyDecided.Rule)).ShouldBe([
            ("sql.query", "allow", "tools-of-the-contract"), ("sql.execute", "allow", "sql-that-is-rolled-back"), ("sql.execute", "allow", "sql-whose-effect-was-approved"), ("sql.query", "allow", "tools-of-the-contract")]);
        string.Concat(events).ShouldNotContain("t0p-s3cret");
    }

    [Fact]
    public async Task DataChange_Rejected_LeavesTheDataAsItWas()
    {
        using var shop = await server.ShopAsync();
        await using var system = await RunSystem.StartAsync(server.Settings);

        var run = await AskAsync(system);
        await DecideAsync(system, run, approved: false);

        var events = await system.EventsAsync(run);
        events[^1].RunFailed.Failure.Code.ShouldBe("REJECTED");
        events.Count(e => e.ToolCalled is { Tool: "sql.execute" }).ShouldBe(1);
        (await CountAsync(shop)).ShouldBe("[[2]]");
    }

    [Fact]
    public async Task DataChange_DataChangedSince_IsNotExecuted()
    {
        using var shop = await server.ShopAsync();
        await using var system = await RunSystem.StartAsync(server.Settings);

        var run = await AskAsync(system);
        await shop.CallAsync("sql.execute", """{"sql": "INSERT INTO orders VALUES (13, 1, 8)"}""");
        await DecideAsync(system, run, approved: true);

        (await system.EventsAsync(run))[^1].RunFailed.Failure.Message.ShouldContain("the data has changed since");
        (await CountAsync(shop)).ShouldBe("[[2]]");
    }

    [Fact]
    public async Task DataChange_StatementThatFails_AsksNobody()
    {
        using var shop = await server.ShopAsync();
        await using var system = await RunSystem.StartAsync(server.Settings);

        var run = await system.SubmitAsync(new SubmitRunRequest { Request = "Change it", Playbook = "data-change", Inputs = AgentJson.ToStruct(new { sql = "DELETE FROM nothing" }) });

        var events = await system.EventsAsync(run);
        events[^1].RunFailed.Failure.Message.ShouldContain("relation \"nothing\" does not exist");
        events.ShouldNotContain(e => e.ApprovalRequested != null);
    }

    [Fact]
    public async Task Execute_OutsideThePlaybook_WaitsForAPerson()
    {
        using var shop = await server.ShopAsync();
        await using var system = await RunSystem.StartAsync(server.Settings);

        var run = await system.SubmitChainAsync("""[{"tool": "sql.execute", "args": {"sql": "DELETE FROM orders", "expected_effect": "3 rows; public.orders: 3 deleted"}}]""");
        var asked = await system.UntilAsync(run, e => e.ToolApprovalRequested != null);
        await system.Engine.DecideAsync(new DecideApprovalRequest { RunId = run, TaskId = asked.ToolApprovalRequested.ApprovalId, Approved = false }, RunSystem.Me, CancellationToken.None);

        (await system.EventsAsync(run)).ShouldNotContain(e => e.ToolCalled != null && e.ToolCalled.Ok);
        (await shop.CallAsync("sql.query", """{"sql": "SELECT count(*) FROM orders"}"""))["rows"]!.ToJsonString().ShouldBe("[[3]]");
    }

    // Asked for, and seen by the person as it will be.
    private static async Task<string> AskAsync(RunSystem system)
    {
        var inputs = AgentJson.ToStruct(new { sql = Delete, values = new[] { "Ann" }, query = "SELECT id, customer FROM orders ORDER BY id" });
        var run = await system.SubmitAsync(new SubmitRunRequest { Request = "Remove Ann", Playbook = "data-change", Inputs = inputs });
        var asked = (await system.UntilAsync(run, e => e.ApprovalRequested != null)).ApprovalRequested;
        asked.Question.ShouldBe("Execute it? Its effect: 1 row; public.customers: 1 deleted; public.orders: 2 deleted");
        var evidence = AgentJson.FromStruct<JsonObject>(asked.Evidence);
        evidence["sql"]!.GetValue<string>().ShouldBe(Delete);
        evidence["tables"]![0]!["before"]!["rows"]!.ToJsonString().ShouldBe("""[[1,"Ann",10.5,"{}"]]""");
        evidence["tables"]![1]!["before"]!["rows"]!.ToJsonString().ShouldBe("[[10,1,5],[11,1,6]]");
        return run;
    }

    private static Task<DecideApprovalResponse> DecideAsync(RunSystem system, string run, bool approved) =>
        system.Engine.DecideAsync(new DecideApprovalRequest { RunId = run, TaskId = "approve", Approved = approved }, RunSystem.Me, CancellationToken.None);

    private static async Task<string> CountAsync(ToolFixture shop) =>
        (await shop.CallAsync("sql.query", """{"sql": "SELECT count(*) FROM customers"}"""))["rows"]!.ToJsonString();
}
