using System.Text.Json.Nodes;

namespace Agents.Tools.Tests.Sql;

/// <summary>sql.execute on a real PostgreSQL: what it says of its effect is what happens.</summary>
[Collection(nameof(SqlServer))]
public sealed class SqlExecuteTests(SqlServer server)
{
    private const string Raise = "UPDATE customers SET balance = balance * 2 WHERE id < 10";

    [Fact]
    public async Task Execute_Statement_IsCommitted()
    {
        using var tools = await server.ShopAsync();

        var output = await ExecuteAsync(tools, Raise);

        output.ToJsonString().ShouldBe("""{"committed":true,"effect":"2 rows; public.customers: 2 updated","rows":2,"tables":[{"table":"public.customers","inserted":0,"updated":2,"deleted":0}]}""");
        (await RowsAsync(tools, "SELECT balance FROM customers ORDER BY id")).ShouldBe("[[21],[40]]");
    }

    [Fact]
    public async Task Execute_DryRun_ShowsBeforeAndAfterAndRollsBack()
    {
        using var tools = await server.ShopAsync();

        var output = await ExecuteAsync(tools, Raise, dryRun: true);

        output["committed"]!.GetValue<bool>().ShouldBeFalse();
        output["effect"]!.GetValue<string>().ShouldBe("2 rows; public.customers: 2 updated");
        Sample(output, 0, "before").ShouldBe("""[[1,"Ann",10.5,"{}"],[2,"Bob",20,null]]""");
        Sample(output, 0, "after").ShouldBe("""[[1,"Ann",21,"{}"],[2,"Bob",40,null]]""");
        (await RowsAsync(tools, "SELECT balance FROM customers ORDER BY id")).ShouldBe("[[10.5],[20]]");
    }

    [Fact]
    public async Task Execute_DryRunOfADelete_ShowsWhatGoesWithIt()
    {
        using var tools = await server.ShopAsync();

        var output = await ExecuteAsync(tools, "DELETE FROM customers WHERE name = 'Ann'", dryRun: true);

        output["effect"]!.GetValue<string>().ShouldBe("1 row; public.customers: 1 deleted; public.orders: 2 deleted");
        Sample(output, 1, "before").ShouldBe("[[10,1,5],[11,1,6]]");
        Sample(output, 1, "after").ShouldBe("[]");
        (await RowsAsync(tools, "SELECT count(*) FROM orders")).ShouldBe("[[3]]");
    }

    [Fact]
    public async Task Execute_DryRun_LeavesOutRowsThatWereOnlyLocked()
    {
        using var tools = await server.ShopAsync();
        await ExecuteAsync(tools, "CREATE TABLE tree (id int PRIMARY KEY, parent int REFERENCES tree)");
        await ExecuteAsync(tools, "INSERT INTO tree VALUES (1, null)");

        var output = await ExecuteAsync(tools, "INSERT INTO tree VALUES (2, 1)", dryRun: true);

        Sample(output, 0, "before").ShouldBe("[]");
        Sample(output, 0, "after").ShouldBe("[[2,1]]");
    }

    [Fact]
    public async Task Execute_DryRunOfAStructure_SaysSo()
    {
        using var tools = await server.ShopAsync();

        (await ExecuteAsync(tools, "ALTER TABLE orders DROP COLUMN total", dryRun: true)).ToJsonString().ShouldBe("""{"committed":false,"effect":"structure","rows":null,"tables":[]}""");
        (await RowsAsync(tools, "SELECT sum(total) FROM orders")).ShouldBe("[[18]]");
    }

    [Fact]
    public async Task Execute_OtherEffectThanExpected_ChangesNothing()
    {
        using var tools = await server.ShopAsync();
        var arguments = new JsonObject { ["sql"] = Raise, ["expected_effect"] = (await ExecuteAsync(tools, Raise, dryRun: true))["effect"]!.DeepClone() };
        await ExecuteAsync(tools, "INSERT INTO customers VALUES (3, 'Cid', 1, null)");

        var error = await tools.FailAsync("sql.execute", arguments.ToJsonString());

        error.Message.ShouldContain("'2 rows; public.customers: 2 updated' is not what it does now, which is '3 rows; public.customers: 3 updated'");
        (await RowsAsync(tools, "SELECT balance FROM customers ORDER BY id")).ShouldBe("[[10.5],[20],[1]]");
    }

    [Theory]
    [InlineData("COMMIT")]
    [InlineData("PREPARE TRANSACTION 'x'")]
    [InlineData("-- DELETE\nCOMMIT")]
    [InlineData("DO $$ BEGIN DELETE FROM orders; COMMIT; END $$")]
    [InlineData("COPY orders FROM PROGRAM 'echo 1'")]
    [InlineData("SELECT 1")]
    [InlineData("DELETE FROM orders; COMMIT")]
    [InlineData("DELETE FROM orders WHERE $a$;$a$ = ''; COMMIT")]
    [InlineData("DELETE FROM orders; SELECT 'it''s")]
    public async Task Execute_StatementThatIsNotOneChange_IsRefused(string sql)
    {
        using var tools = await server.ShopAsync();

        (await tools.FailAsync("sql.execute", new JsonObject { ["sql"] = sql, ["dry_run"] = true }.ToJsonString())).ShouldBeOfType<ToolException>().Message.ShouldStartWith("args.sql: ");
        (await RowsAsync(tools, "SELECT count(*) FROM orders")).ShouldBe("[[3]]");
    }

    [Fact]
    public async Task Execute_Fails_TellsTheServersReason()
    {
        using var tools = await server.ShopAsync();

        (await tools.FailAsync("sql.execute", """{"sql": "INSERT INTO orders VALUES (13, 99, 1)"}""")).Message.ShouldContain("violates foreign key constraint");
        (await tools.FailAsync("sql.execute", """{"sql": "UPDATE orders SET total = $1", "values": ["much"]}""")).Message.ShouldContain("invalid input syntax for type numeric");
    }

    private static Task<JsonObject> ExecuteAsync(ToolFixture tools, string sql, bool dryRun = false) =>
        tools.CallAsync("sql.execute", new JsonObject { ["sql"] = sql, ["dry_run"] = dryRun }.ToJsonString());

    private static async Task<string> RowsAsync(ToolFixture tools, string sql) =>
        (await tools.CallAsync("sql.query", new JsonObject { ["sql"] = sql }.ToJsonString()))["rows"]!.ToJsonString();

    private static string Sample(JsonObject output, int table, string when) => output["tables"]![table]![when]!["rows"]!.ToJsonString();
}
