using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace Agents.Tools.Sql;

/// <summary>sql.query and sql.execute, over PostgreSQL.</summary>
internal sealed class SqlTools(SqlDatabases databases)
{
    private const int MostChars = 1024 * 1024;
    private static readonly string[] Reading = ["select", "with", "values", "table", "show", "explain"];
    private static readonly string[] Changing = ["insert", "update", "delete", "merge", "with", "truncate", "create", "alter", "drop", "comment"];

    [Tool("sql.query", Description = "Reads from a PostgreSQL database, in a read-only transaction: {columns: [{name, type}], rows: [[value]], truncated}.", Risk = ToolRisk.Medium)]
    public async Task<JsonObject> QueryAsync(
        [Description("One statement: SELECT, WITH, VALUES, TABLE, SHOW or EXPLAIN.")] string sql,
        ToolCallContext call,
        CancellationToken cancellationToken,
        [Description("Its name in Tools:Databases. Default: the only one.")] string? database = null,
        [Description("Values for $1, $2, … of the statement.")] IReadOnlyList<string>? values = null,
        [Description("Rows kept."), Range(1, 10_000)] int maxRows = 200,
        [Description("Seconds."), Range(1, 600)] int timeLimit = 30)
    {
        _ = call;
        var verb = SqlTransaction.FirstWord(sql, Reading);
        return await SqlTransaction.TellAsync(
            async () =>
            {
                await using var transaction = await SqlTransaction.BeginAsync(databases, database, readOnly: true, timeLimit, cancellationToken);
                if (verb is "show" or "explain")
                {
                    await using var told = transaction.Statement(sql, values ?? []);
                    await using var reader = await told.ExecuteReaderAsync(SqlRows.Behavior, cancellationToken);
                    return await SqlRows.ReadAsync(reader, told.Cancel, maxRows, MostChars, cancellationToken);
                }

                // A cursor takes nothing but a query, and gives no more rows than are asked for.
                await using var cursor = transaction.Statement($"DECLARE agents_cursor NO SCROLL CURSOR FOR {sql}", values ?? []);
                await cursor.ExecuteNonQueryAsync(cancellationToken);
                await using var rows = transaction.Command($"FETCH {maxRows + 1} FROM agents_cursor");
                return await SqlRows.ReadAsync(rows, maxRows, MostChars, cancellationToken);
            },
            cancellationToken);
    }

    [Tool(
        "sql.execute",
        Description = "Changes a PostgreSQL database with one statement, in a transaction. With dry_run it is done, its effect is read, and it is rolled back: {committed, effect, rows, tables: [{table, inserted, updated, deleted, before, after}]}.",
        Risk = ToolRisk.High)]
    public async Task<JsonObject> ExecuteAsync(
        [Description("One statement: INSERT, UPDATE, DELETE, MERGE, WITH, TRUNCATE, CREATE, ALTER, DROP or COMMENT.")] string sql,
        ToolCallContext call,
        CancellationToken cancellationToken,
        [Description("Its name in Tools:Databases. Default: the only one.")] string? database = null,
        [Description("Values for $1, $2, … of the statement.")] IReadOnlyList<string>? values = null,
        [Description("Rolls back at the end; before and after tell what would have changed.")] bool dryRun = false,
        [Description("What effect a dry run had; when it has another one now, nothing is changed.")] string? expectedEffect = null,
        [Description("Rows shown before and after, of each table."), Range(0, 100)] int sample = 5,
        [Description("Seconds for each statement."), Range(1, 600)] int timeLimit = 30)
    {
        _ = call;
        SqlTransaction.FirstWord(sql, Changing);
        return await SqlTransaction.TellAsync(
            async () =>
            {
                await using var transaction = await SqlTransaction.BeginAsync(databases, database, readOnly: false, timeLimit, cancellationToken);
                await using var statement = transaction.Statement(sql, values ?? []);
                var effect = await SqlEffect.ReadAsync(transaction, await statement.ExecuteNonQueryAsync(cancellationToken), cancellationToken);
                if (expectedEffect is { Length: > 0 } && expectedEffect != effect.Text)
                    throw new ToolException(ToolException.Failed, $"args.expected_effect: '{expectedEffect}' is not what it does now, which is '{effect.Text}': the data has changed since. Nothing was changed.");
                if (!dryRun)
                {
                    await transaction.CommitAsync(cancellationToken);
                    return effect.ToJson(committed: true);
                }

                await using var beside = await SqlTransaction.BeginAsync(databases, database, readOnly: true, timeLimit, cancellationToken);
                await effect.SampleAsync(transaction, beside, sample, cancellationToken);
                return effect.ToJson(committed: false);
            },
            cancellationToken);
    }
}
