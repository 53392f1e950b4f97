using System.Text.Json;

namespace Agents.Writer.Findings;

/// <summary>One thing that a reviewer found.</summary>
internal sealed record Finding(
    string Rule,
    string Title,
    string Category,
    string Severity,
    string? Cwe,
    string File,
    int StartLine,
    int EndLine,
    string Message,
    string Remedy,
    string Snippet,
    FindingFix? Fix = null)
{
    /// <summary>Null: it has no rule, or no place.</summary>
    public static Finding? Read(JsonElement element)
    {
        if (element.Text("rule") is not { Length: > 0 } rule || element.Text("file") is not { Length: > 0 } file || element.Whole("start_line") is not (>= 1 and var start))
            return null;

        var title = element.Text("title") is { Length: > 0 } given ? given : rule;
        return new Finding(
            rule,
            title,
            element.Text("category")?.ToLowerInvariant() ?? "quality",
            Severities.Normalize(element.Text("severity")),
            element.Text("cwe") is { Length: > 0 } cwe ? cwe : null,
            file.StartsWith("./", StringComparison.Ordinal) ? file[2..] : file,
            start,
            Math.Max(start, element.Whole("end_line") ?? start),
            element.Text("message") is { Length: > 0 } message ? message : title,
            element.Text("remedy") ?? "",
            element.Text("snippet") ?? "",
            element.Child("fix") is { } fix ? FindingFix.Read(fix) : null);
    }
}

/// <summary>A mechanical change: the lines that are replaced, and by what.</summary>
internal sealed record FindingFix(string Description, int StartLine, int EndLine, string Replacement)
{
    public static FindingFix? Read(JsonElement element) =>
        element.Whole("start_line") is >= 1 and var start && element.Text("replacement") is { } replacement
            ? new FindingFix(element.Text("description") ?? "", start, Math.Max(start, element.Whole("end_line") ?? start), replacement)
            : null;
}

/// <summary>The three severities, the worst first.</summary>
internal static class Severities
{
    public static IReadOnlyList<string> All { get; } = ["HIGH", "MEDIUM", "LOW"];

    public static string Normalize(string? severity) => severity?.ToUpperInvariant() switch
    {
        "HIGH" or "CRITICAL" => "HIGH",
        "LOW" or "INFO" => "LOW",
        _ => "MEDIUM",
    };

    public static int Rank(string severity) => severity switch { "HIGH" => 0, "MEDIUM" => 1, _ => 2 };
}

/// <summary>The categories, in the order in which they are told.</summary>
internal static class Categories
{
    public static int Rank(string category) => category switch { "security" => 0, "performance" => 1, "quality" => 2, _ => 3 };
}
