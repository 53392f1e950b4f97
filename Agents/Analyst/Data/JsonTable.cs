using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Agents.Hosting;

namespace Agents.Analyst.Data;

/// <summary>A JSON list of objects, or an object on each line. Members are columns, those of objects within them by dotted names; lists count as texts.</summary>
internal sealed class JsonTable(string path, string format) : Table(path)
{
    private const int Deepest = 4;
    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _columns = [];
    private bool _read;
    private bool _full;

    public override string Format => format;

    public override IReadOnlyList<string> Names => _names;

    public override IAsyncEnumerable<Row> RowsAsync(CancellationToken cancellationToken)
    {
        var problems = _read ? new Problems() : Malformed;
        _read = true;
        return format == "jsonl" ? LinesAsync(problems, cancellationToken) : ListAsync(problems, cancellationToken);
    }

    private async IAsyncEnumerable<Row> LinesAsync(Problems problems, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(Path);
        // No delimiter ever stands in a line, so each record is a line.
        var number = 0L;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            Row? row = null;
            try
            {
                using var document = JsonDocument.Parse(line);
                row = Read(document.RootElement, number, problems, $"line {number}");
            }
            catch (JsonException e)
            {
                problems.Add(number, $"no JSON: {Reason(e)}");
            }

            if (row is { } read)
                yield return read;
        }
    }

    private async IAsyncEnumerable<Row> ListAsync(Problems problems, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What is no UTF-8 becomes U+FFFD, as in the other formats.
        await using var stream = Encoding.CreateTranscodingStream(File.OpenRead(Path), Encoding.UTF8, Encoding.UTF8);
        await using var items = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(stream, AgentJson.Options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        for (var number = 1L; ; number++)
        {
            Row? row;
            try
            {
                if (!await items.MoveNextAsync())
                    yield break;
                row = Read(items.Current, 0, problems, $"item {number}");
            }
            catch (JsonException e)
            {
                problems.Add((e.LineNumber ?? 0) + 1, number == 1 ? $"no JSON list of objects: {Reason(e)}" : $"no JSON from here on, so nothing after item {number - 1} is read: {Reason(e)}");
                yield break;
            }

            if (row is { } read)
                yield return read with { Line = number };
        }
    }

    private Row? Read(JsonElement item, long line, Problems problems, string where)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            problems.Add(line, $"{where} is no object");
            return null;
        }

        var cells = new List<string?>(_names.Count);
        Fill(item, "", 0, cells);
        return new Row(line, cells);
    }

    private void Fill(JsonElement item, string prefix, int depth, List<string?> cells)
    {
        foreach (var member in item.EnumerateObject())
        {
            var name = prefix + member.Name;
            if (member.Value.ValueKind == JsonValueKind.Object && depth < Deepest)
            {
                Fill(member.Value, name + ".", depth + 1, cells);
                continue;
            }

            if (!_columns.TryGetValue(name, out var column))
            {
                if (_names.Count >= MostColumns)
                {
                    if (!_full)
                        Notes.Add($"There are more than {MostColumns} members; the first {MostColumns} are looked at.");
                    _full = true;
                    continue;
                }

                column = _columns[name] = _names.Count;
                _names.Add(Cells.Short(name));
            }

            while (cells.Count <= column)
                cells.Add(null);
            cells[column] = member.Value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.String => member.Value.GetString(),
                _ => member.Value.GetRawText(),
            };
        }
    }

    private static string Reason(JsonException e) => e.Message.Split(" Path:")[0].Split(" LineNumber:")[0];
}
