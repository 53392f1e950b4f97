using System.Data;
using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;

namespace Agents.Tools.Sql;

/// <summary>Rows as JSON: a list of columns and a list of rows, cut where the limits are.</summary>
internal static class SqlRows
{
    private const int LongestCell = 64 * 1024;

    /// <summary>How to execute what is read: a value of a gigabyte is never in memory as a whole.</summary>
    public const CommandBehavior Behavior = CommandBehavior.SequentialAccess | CommandBehavior.SingleResult;

    /// <summary>Reads what a command of ours gives.</summary>
    public static async Task<JsonObject> ReadAsync(NpgsqlCommand command, int maxRows, int maxChars, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(Behavior, cancellationToken);
        return await ReadAsync(reader, command.Cancel, maxRows, maxChars, cancellationToken);
    }

    /// <summary>Reads rows.</summary>
    /// <param name="reader">Its values come as text.</param>
    /// <param name="cancel">Ends what gives them.</param>
    /// <param name="maxRows">Rows kept.</param>
    /// <param name="maxChars">Characters kept of all values together.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns><c>{columns: [{name, type}], rows: [[…]], truncated}</c></returns>
    public static async Task<JsonObject> ReadAsync(NpgsqlDataReader reader, Action cancel, int maxRows, int maxChars, CancellationToken cancellationToken)
    {
        var types = Enumerable.Range(0, reader.FieldCount).Select(reader.GetDataTypeName).ToArray();
        var columns = new JsonArray([.. types.Select((type, i) => new JsonObject { ["name"] = reader.GetName(i), ["type"] = type })]);
        var rows = new JsonArray();
        var truncated = false;
        while (!truncated && await reader.ReadAsync(cancellationToken))
        {
            truncated = rows.Count == maxRows;
            var row = new JsonArray();
            for (var i = 0; !truncated && i < types.Length; i++)
            {
                var text = await reader.IsDBNullAsync(i, cancellationToken) ? null : await CellAsync(reader, i, Math.Min(LongestCell, maxChars) + 1, cancellationToken);
                truncated = (maxChars -= text?.Length ?? 0) < 0;
                row.Add(text is { Length: > LongestCell } ? JsonValue.Create(text[..LongestCell] + "…") : Value(text, types[i]));
            }

            if (!truncated)
                rows.Add(row);
        }

        if (truncated)
            cancel(); // what is left is not wanted
        return new JsonObject { ["columns"] = columns, ["rows"] = rows, ["truncated"] = truncated };
    }

    private static async Task<string> CellAsync(NpgsqlDataReader reader, int column, int most, CancellationToken cancellationToken)
    {
        using var text = await reader.GetTextReaderAsync(column, cancellationToken);
        var buffer = new char[Math.Min(most, 4096)];
        var read = 0;
        int got;
        while (read < most && (got = await text.ReadAsync(buffer.AsMemory(read), cancellationToken)) > 0)
        {
            read += got;
            if (read == buffer.Length && read < most)
                Array.Resize(ref buffer, Math.Min(most, read * 2));
        }

        return new string(buffer, 0, read);
    }

    // Numbers that a double holds exactly stay numbers; all else is text as PostgreSQL writes it.
    private static JsonNode? Value(string? text, string type) => (text, type) switch
    {
        (null, _) => null,
        (_, "boolean") => text == "t",
        (_, "smallint" or "integer" or "bigint" or "real" or "double precision" or "numeric")
            when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) && IsSame(number, exact) => number,
        _ => text,
    };

    private static bool IsSame(double number, decimal exact) => Math.Abs(number) < 1e15 && (decimal)number == exact;
}
