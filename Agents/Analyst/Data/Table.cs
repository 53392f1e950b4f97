using System.Runtime.InteropServices;
using Agents.Hosting;

namespace Agents.Analyst.Data;

/// <summary>A row: the line where it begins, and the cells by column; null or not there is missing.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Row(long Line, IReadOnlyList<string?> Cells);

/// <summary>A file of rows that can be read again and again, a row at a time.</summary>
internal abstract class Table(string path)
{
    /// <summary>Columns that are looked at; more are left out.</summary>
    public const int MostColumns = 200;

    public string Path { get; } = path;

    public abstract string Format { get; }

    /// <summary>Names of the columns that were met so far.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>Rows that could not be read, of the first reading.</summary>
    public Problems Malformed { get; protected set; } = new();

    /// <summary>What a reader should know about the file.</summary>
    public List<string> Notes { get; } = [];

    public virtual bool DecimalComma => false;

    public abstract IAsyncEnumerable<Row> RowsAsync(CancellationToken cancellationToken);

    public static string? FormatOf(string file) => System.IO.Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".csv" => "csv",
        ".tsv" or ".tab" => "tsv",
        ".json" => "json",
        ".jsonl" or ".ndjson" => "jsonl",
        _ => null,
    };

    /// <exception cref="TaskFailedException">INVALID_INPUT: it is no file of these kinds.</exception>
    public static Table Open(string path, string file) => FormatOf(file) switch
    {
        "csv" or "tsv" => new DelimitedTable(path, FormatOf(file)!),
        "json" or "jsonl" => new JsonTable(path, FormatOf(file)!),
        _ => throw new TaskFailedException(FailureCodes.InvalidInput, $"file: '{file}' is no CSV, TSV, JSON or JSON Lines file (.csv, .tsv, .json, .jsonl)."),
    };
}
