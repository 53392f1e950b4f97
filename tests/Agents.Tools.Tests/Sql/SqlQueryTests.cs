using System.Text.Json.Nodes;
using Agents.Hosting;

namespace Agents.Tools.Tests.Sql;

/// <summary>sql.query on a real PostgreSQL reads, and changes nothing.</summary>
[Collection(nameof(SqlServer))]
public sealed class SqlQueryTests(SqlServer server)
{
    [Theory]
    [InlineData("SELECT id, name, balance, notes FROM customers ORDER BY id", """[[1,"Ann",10.5,"{}"],[2,"Bob",20,null]]""")]
    [InlineData("SELECT true, 9007199254740993, 0.1::numeric, 'NaN'::float8, date '2026-01-02', ARRAY[1,2];", """[[true,"9007199254740993",0.1,"NaN","2026-01-02","{1,2}"]]""")]
    [InlineData("WITH a AS (SELECT 1 AS x) TABLE a", "[[1]]")]
    [InlineData("(VALUES (1), (2))", "[[1],[2]]")]
    [InlineData("SHOW transaction_read_only", """[["on"]]""")]
    [InlineData("SELECT ';--' AS \"odd;name\" /* ; */", """[[";--"]]""")]
    public async Task Query_Statement_GivesItsRows(string sql, string rows)
    {
        using var tools = await server.ShopAsync();

        (await QueryAsync(tools, sql))["rows"]!.ToJsonString().ShouldBe(rows);
    }

    [Fact]
    public async Task Query_Values_AreNoPartOfTheStatement()
    {
        using var tools = await server.ShopAsync();

        var output = await tools.CallAsync("sql.query", """{"database": "shop", "sql": "SELECT id, $2 AS given FROM customers WHERE id = $1", "values": ["2", "'; DROP TABLE orders --"]}""");

        output["rows"]!.ToJsonString(AgentJson.Options).ShouldBe("""[[2,"'; DROP TABLE orders --"]]""");
        output["columns"]!.ToJsonString().ShouldBe("""[{"name":"id","type":"integer"},{"name":"given","type":"text"}]""");
    }

    [Theory]
    [InlineData("DELETE FROM orders")]
    [InlineData("/* SELECT */ DELETE FROM orders")]
    [InlineData("COPY orders TO PROGRAM 'cat'")]
    [InlineData("SELECT 1; DELETE FROM orders")]
    [InlineData("SELECT 1; COMMIT; DELETE FROM orders")]
    [InlineData("EXPLAIN SELECT 1; COMMIT; DELETE FROM orders")]
    [InlineData("SELECT $a$;$a$; COMMIT; DELETE FROM orders")]
    [InlineData("SELECT E'\\'; COMMIT; DELETE FROM orders --'; COMMIT; DELETE FROM orders")]
    [InlineData("WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone")]
    [InlineData("EXPLAIN ANALYZE DELETE FROM orders")]
    [InlineData("SELECT set_config('transaction_read_only', 'off', false)")]
    [InlineData("SELECT * FROM customers FOR UPDATE")]
    public async Task Query_ThatWouldChangeSomething_IsRefused(string sql)
    {
        using var tools = await server.ShopAsync();

        var error = await tools.FailAsync("sql.query", new JsonObject { ["sql"] = sql }.ToJsonString());

        error.ShouldBeOfType<ToolException>().Message.ShouldStartWith("args.sql: ");
        (await QueryAsync(tools, "SELECT count(*) FROM orders"))["rows"]!.ToJsonString().ShouldBe("[[3]]");
    }

    [Fact]
    public async Task Query_MoreRowsThanAsked_IsCutAtOnce()
    {
        using var tools = await server.ShopAsync();

        var output = await tools.CallAsync("sql.query", """{"sql": "SELECT generate_series(1, 2000000000)", "max_rows": 3, "time_limit": 600}""");

        output["rows"]!.ToJsonString().ShouldBe("[[1],[2],[3]]");
        output["truncated"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Query_LongValues_AreCut()
    {
        using var tools = await server.ShopAsync();

        var one = await QueryAsync(tools, "SELECT repeat('x', 100000000)");
        var many = await QueryAsync(tools, "SELECT repeat('y', 60000) FROM generate_series(1, 100)");

        one["rows"]![0]![0]!.GetValue<string>().Length.ShouldBe((64 * 1024) + 1);
        many["rows"]!.AsArray().Count.ShouldBe(17);
        many["truncated"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Query_TimeLimit_EndsIt()
    {
        using var tools = await server.ShopAsync();

        var error = await tools.FailAsync("sql.query", """{"sql": "SELECT pg_sleep(600)", "time_limit": 1}""");

        error.ShouldBeOfType<ToolException>().Code.ShouldBe(ToolException.TimedOut);
    }

    [Fact]
    public async Task Query_Cancelled_EndsAtTheServerToo()
    {
        using var tools = await server.ShopAsync();
        using var stop = new CancellationTokenSource();

        var call = tools.CallAsync("sql.query", """{"sql": "SELECT pg_sleep(600)", "time_limit": 600}""", stop.Token);
        await UntilAsync(1);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call);
        await UntilAsync(0);

        async Task UntilAsync(int count)
        {
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while ((await QueryAsync(tools, "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'FETCH%' AND datname = current_database() AND pid <> pg_backend_pid()"))["rows"]![0]![0]!.GetValue<double>() != count)
                late.IsCancellationRequested.ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Query_ServerSaysNo_TellsWhatAndWhere()
    {
        using var tools = await server.ShopAsync();

        (await tools.FailAsync("sql.query", """{"sql": "SELECT nam FROM customers"}""")).Message.ShouldContain("column \"nam\" does not exist (SQLSTATE 42703");
        (await tools.FailAsync("sql.query", """{"sql": "SELECT 1", "database": "other"}""")).Message.ShouldBe("args.database: 'other' is not configured; Tools:Databases names shop.");
    }

    [Fact]
    public async Task Database_ThatRefusesOrIsNotThere_IsNamedWithoutItsConnectionString()
    {
        foreach (var text in (string[])["Host=127.0.0.1;Port=1;Username=hidden-user;Password=hidden-word;Database=hidden-base", "Host=127.0.0.1;Port=2;Username=hidden-user"])
        {
            using var tools = new ToolFixture(("Databases:0", "far"), ("ConnectionStrings:far", text));

            var message = (await tools.FailAsync("sql.query", """{"sql": "SELECT 1"}""")).Message;

            message.ShouldBe("args.database: 'far' cannot be reached: ConnectionRefused.");
        }

        Should.Throw<AgentDefinitionException>(() => new ToolFixture(("Databases:0", "far"), ("ConnectionStrings:far", "Hidden=word")).Registry.Names).Message.ShouldNotContain("word");
        Should.Throw<AgentDefinitionException>(() => new ToolFixture(("Databases:0", "far")).Registry.Names).Message.ShouldBe("Setting Tools:Databases:0 is \"far\"; it must be the name of a connection string, and ConnectionStrings:far is not set.");
    }

    private static Task<JsonObject> QueryAsync(ToolFixture tools, string sql) => tools.CallAsync("sql.query", new JsonObject { ["sql"] = sql }.ToJsonString());
}
