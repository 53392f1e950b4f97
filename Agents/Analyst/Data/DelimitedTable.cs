using System.Runtime.CompilerServices;
using System.Text;

namespace Agents.Analyst.Data;

/// <summary>CSV, TSV, and the like: the delimiter is found out, and whether the first row names the columns.</summary>
internal sealed class DelimitedTable(string path, string format) : Table(path)
{
    private const int SampleRows = 50;
    private List<string>? _names;
    private int _width;
    private char _delimiter;
    private bool _headed;
    private bool _read;

    public override string Format => format;

    public override IReadOnlyList<string> Names => _names ?? [];

    public override bool DecimalComma => _delimiter == ';';

    public override async IAsyncEnumerable<Row> RowsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_names is null)
            await BeginAsync(cancellationToken);
        var problems = _read ? new Problems() : Malformed;
        _read = true;
        using var reader = Text();
        var header = _headed;
        var width = _names!.Count;
        await foreach (var (line, fields) in new DelimitedLines(reader, _delimiter, problems.Add).ReadAsync(cancellationToken))
        {
            if (header)
            {
                header = false;
                continue;
            }

            if (fields.Count == _width)
                yield return new Row(line, width == _width ? fields : fields.GetRange(0, width));
            else
                problems.Add(line, $"{fields.Count} fields where {_width} are expected");
        }
    }

    private StreamReader Text() => new(Path, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, 1 << 16);

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        List<List<string>> sample = [];
        var best = -1.0;
        foreach (var candidate in format == "tsv" ? ['\t'] : new[] { ',', ';', '\t', '|' })
        {
            var rows = await SampleAsync(candidate, cancellationToken);
            var usual = rows.GroupBy(row => row.Count).MaxBy(group => group.Count());
            // One column fits any delimiter, so it counts as little.
            var score = usual is null ? 0 : (usual.Key > 1 ? 1.0 : 0.1) * usual.Count() / rows.Count + Math.Min(usual.Key, 100) / 1000.0;
            if (score > best)
                (best, _delimiter, sample) = (score, candidate, rows);
        }

        var first = sample.Count > 0 ? sample[0] : [];
        _width = first.Count;
        _headed = first.Count > 0 && !first.Any(cell => Cells.Number(cell, DecimalComma) is not null);
        _names = [];
        foreach (var (cell, i) in first.Take(MostColumns).Select((cell, i) => (cell, i)))
        {
            var name = _headed && cell.Trim().Length > 0 ? Cells.Short(cell.Trim()) : $"column_{i + 1}";
            _names.Add(_names.Contains(name) ? $"{name}_{i + 1}" : name);
        }

        if (first.Count > 0 && !_headed)
            Notes.Add("The first row has numbers, so it is data: the columns are named by their place.");
        if (_width > MostColumns)
            Notes.Add($"The file has {_width} columns; the first {MostColumns} are looked at.");
    }

    private async Task<List<List<string>>> SampleAsync(char delimiter, CancellationToken cancellationToken)
    {
        List<List<string>> rows = [];
        using var reader = Text();
        await foreach (var (_, fields) in new DelimitedLines(reader, delimiter, (_, _) => { }).ReadAsync(cancellationToken))
        {
            rows.Add([.. fields]);
            if (rows.Count == SampleRows)
                break;
        }

        return rows;
    }
}
