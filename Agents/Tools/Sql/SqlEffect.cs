using System.Globalization;
using System.Text.Json.Nodes;

namespace Agents.Tools.Sql;

/// <summary>
/// What a transaction has done so far, as the server itself counts it: triggers and cascades are in it. The rows of before
/// are read by a second transaction, which still sees them; they carry our transaction's number as the one that ended them.
/// </summary>
internal sealed class SqlEffect
{
    private const int MostTables = 20;
    private const int MostChars = 64 * 1024;

    private const string Changed = """
        SELECT format('%I.%I', schemaname, relname), n_tup_ins, n_tup_upd, n_tup_del
        FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 ORDER BY 1
        """;

    private readonly int _rows;
    private readonly List<Table> _tables;

    private SqlEffect(int rows, List<Table> tables)
    {
        (_rows, _tables) = (rows, tables);
        Text = string.Join("; ", tables.Select(table => table.ToString()).Prepend(rows < 0 ? "structure" : $"{rows} {(rows == 1 ? "row" : "rows")}"));
    }

    /// <summary>E.g. <c>2 rows; public.accounts: 2 updated</c>. The same effect has the same text.</summary>
    public string Text { get; }

    public static async Task<SqlEffect> ReadAsync(SqlTransaction transaction, int rows, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(Changed);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tables = new List<Table>();
        while (await reader.ReadAsync(cancellationToken))
            tables.Add(new Table(reader.GetString(0), Number(reader.GetString(1)), Number(reader.GetString(2)), Number(reader.GetString(3))));
        return new SqlEffect(rows, tables);

        static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>Reads rows of before and after.</summary>
    /// <param name="transaction">The one that changed them, still open.</param>
    /// <param name="beside">Another, of the same database.</param>
    /// <param name="rows">Of each table.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task SampleAsync(SqlTransaction transaction, SqlTransaction beside, int rows, CancellationToken cancellationToken)
    {
        if (_tables.Count == 0 || rows == 0)
            return;
        var id = await OneAsync(transaction, "SELECT pg_current_xact_id()::xid::text", cancellationToken);
        foreach (var table in _tables.Take(MostTables))
        {
            // Rows that are ours and still to be seen by us were only locked, e.g. for a foreign key.
            var locked = await OneAsync(transaction, $"SELECT coalesce(array_agg(ctid::text), '{{}}')::text FROM {table.Name} WHERE xmax::text = '{id}'", cancellationToken);
            table.After = await RowsAsync(transaction, $"SELECT t.* FROM {table.Name} t WHERE t.xmin::text = '{id}' ORDER BY t::text LIMIT {rows + 1}", [], rows, cancellationToken);
            table.Before = await RowsAsync(beside, $"SELECT t.* FROM {table.Name} t WHERE t.xmax::text = '{id}' AND t.ctid::text <> ALL ($1::text[]) ORDER BY t::text LIMIT {rows + 1}", [locked], rows, cancellationToken);
        }
    }

    public JsonObject ToJson(bool committed) => new()
    {
        ["committed"] = committed,
        ["effect"] = Text,
        ["rows"] = _rows < 0 ? null : _rows,
        ["tables"] = new JsonArray([.. _tables.Select(table => table.ToJson())]),
    };

    private static async Task<string> OneAsync(SqlTransaction transaction, string sql, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(sql);
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<JsonObject> RowsAsync(SqlTransaction transaction, string sql, IReadOnlyList<string> values, int rows, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(sql, values);
        return await SqlRows.ReadAsync(command, rows, MostChars, cancellationToken);
    }

    private sealed record Table(string Name, long Inserted, long Updated, long Deleted)
    {
        public JsonObject? Before { get; set; }

        public JsonObject? After { get; set; }

        public override string ToString() => $"{Name}: " + string.Join(", ", new[] { (Inserted, "inserted"), (Updated, "updated"), (Deleted, "deleted") }
            .Where(count => count.Item1 > 0).Select(count => $"{count.Item1} {count.Item2}"));

        public JsonObject ToJson()
        {
            var json = new JsonObject { ["table"] = Name, ["inserted"] = Inserted, ["updated"] = Updated, ["deleted"] = Deleted };
            if (Before is not null)
                (json["before"], json["after"]) = (Before, After);
            return json;
        }
    }
}
