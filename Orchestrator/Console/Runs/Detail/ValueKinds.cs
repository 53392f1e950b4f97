using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;

namespace Orchestrator.Console.Runs.Detail;

/// <summary>How a value of an output is best looked at.</summary>
internal enum ValueKind
{
    /// <summary>As a tree.</summary>
    Json,

    /// <summary>A short text.</summary>
    Line,

    /// <summary>Markdown.</summary>
    Markdown,

    /// <summary>A difference between files.</summary>
    Diff,

    /// <summary>Other text of several lines.</summary>
    Text,

    /// <summary>A list of objects with the same few plain fields.</summary>
    Table,

    /// <summary>A list of findings.</summary>
    Findings,

    /// <summary>A SARIF log.</summary>
    Sarif,

    /// <summary>Files by name.</summary>
    Files,

    /// <summary>A reference to an artifact.</summary>
    Artifact,
}

/// <summary>Tells what a value is by its name and shape.</summary>
internal static class ValueKinds
{
    private const int MaxColumns = 8;
    private static readonly HashSet<string> s_markdown = new(StringComparer.OrdinalIgnoreCase) { "summary", "report", "markdown", "answer", "text", "content", "body", "decision", "explanation", "description" };

    /// <summary>The kind of a value.</summary>
    /// <param name="name">Of the field, or of a file.</param>
    /// <param name="value">The value.</param>
    public static ValueKind Of(string name, Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => OfText(name, value.StringValue),
        Value.KindOneofCase.ListValue => OfList(name, value.ListValue.Values),
        Value.KindOneofCase.StructValue when value.StructValue.Fields.ContainsKey("$artifact") => ValueKind.Artifact,
        Value.KindOneofCase.StructValue when IsSarif(value.StructValue) => ValueKind.Sarif,
        Value.KindOneofCase.StructValue when name == "files" && value.StructValue.Fields.Values.All(file => file.KindCase == Value.KindOneofCase.StringValue) && value.StructValue.Fields.Count > 0 => ValueKind.Files,
        Value.KindOneofCase.NumberValue or Value.KindOneofCase.BoolValue => ValueKind.Line,
        _ => ValueKind.Json,
    };

    /// <summary>The results of a SARIF log, as findings; empty: it is none.</summary>
    public static IEnumerable<Struct> SarifFindings(Struct sarif)
    {
        foreach (var result in List(sarif, "runs").SelectMany(run => List(run, "results")))
        {
            var finding = new Struct();
            void Put(string name, Value? value)
            {
                if (value is not null)
                    finding.Fields[name] = value;
            }

            var place = List(result, "locations").Select(location => Follow(location, "physicalLocation")).FirstOrDefault();
            Put("severity", result.Fields.GetValueOrDefault("level"));
            Put("title", Follow(result, "message")?.Fields.GetValueOrDefault("text"));
            Put("rule", result.Fields.GetValueOrDefault("ruleId"));
            Put("file", place is null ? null : Follow(place, "artifactLocation")?.Fields.GetValueOrDefault("uri"));
            Put("line", place is null ? null : Follow(place, "region")?.Fields.GetValueOrDefault("startLine"));
            yield return finding;
        }
    }

    /// <summary>The fields that a table of these has as columns.</summary>
    public static IReadOnlyList<string> Columns(IEnumerable<Struct> rows) => [.. rows.Take(50).SelectMany(row => row.Fields.Keys).Distinct(StringComparer.Ordinal).Take(MaxColumns)];

    private static ValueKind OfText(string name, string text) =>
        text.StartsWith("diff --git ", StringComparison.Ordinal) || (text.StartsWith("--- ", StringComparison.Ordinal) && text.Contains("\n+++ ", StringComparison.Ordinal)) ? ValueKind.Diff
        : Path.GetExtension(name) is ".md" or ".markdown" || (s_markdown.Contains(name) && text.Length > 0) ? ValueKind.Markdown
        : text.Contains('\n', StringComparison.Ordinal) || text.Length > 200 ? ValueKind.Text : ValueKind.Line;

    private static ValueKind OfList(string name, RepeatedField<Value> items) =>
        items.Count == 0 || items.Any(item => item.KindCase != Value.KindOneofCase.StructValue) ? ValueKind.Json
        : name is "findings" or "issues" || items.All(item => item.StructValue.Fields.ContainsKey("severity") && (item.StructValue.Fields.ContainsKey("title") || item.StructValue.Fields.ContainsKey("message"))) ? ValueKind.Findings
        : items.All(item => item.StructValue.Fields.Count is > 0 and <= MaxColumns && item.StructValue.Fields.Values.All(IsPlain)) ? ValueKind.Table
        : ValueKind.Json;

    private static bool IsPlain(Value value) => value.KindCase is not (Value.KindOneofCase.StructValue or Value.KindOneofCase.ListValue) && !(value.HasStringValue && value.StringValue.Length > 400);

    private static bool IsSarif(Struct value) =>
        value.Fields.TryGetValue("version", out var version) && version.StringValue.StartsWith("2.", StringComparison.Ordinal) && List(value, "runs").Any(run => run.Fields.ContainsKey("tool"));

    private static IEnumerable<Struct> List(Struct value, string name) =>
        value.Fields.TryGetValue(name, out var list) && list.KindCase == Value.KindOneofCase.ListValue
            ? list.ListValue.Values.Where(item => item.KindCase == Value.KindOneofCase.StructValue).Select(item => item.StructValue)
            : [];

    private static Struct? Follow(Struct value, string name) =>
        value.Fields.TryGetValue(name, out var next) && next.KindCase == Value.KindOneofCase.StructValue ? next.StructValue : null;
}
