using System.Text.Json;

namespace Agents.Writer.Findings;

/// <summary>What one reviewer gave for one area, without its findings.</summary>
internal sealed record ReviewPart(string? Category, string? Area, int FilesScanned, long LinesScanned, IReadOnlyList<string> Rules, IReadOnlyList<Skip> Skipped);

/// <summary>Files that were left out, and why.</summary>
internal sealed record Skip(string Reason, long Count, IReadOnlyList<string> Examples)
{
    public static IEnumerable<Skip> ReadAll(JsonElement element) =>
        element.Items("skipped")
            .Where(item => item.Text("reason") is { Length: > 0 })
            .Select(item => new Skip(item.Text("reason")!, item.Long("count") ?? 0, item.Texts("examples")));
}

/// <summary>Flattens what reviewers gave: outputs, lists of outputs, lists of findings, nested as the plan nested them, nulls for parts that failed.</summary>
internal sealed class ReviewParts
{
    private readonly List<Finding> _findings = [];
    private readonly List<ReviewPart> _parts = [];
    private readonly List<string> _missing = [];
    private readonly IReadOnlyList<string> _areas;
    private int _unreadable;

    private ReviewParts(IReadOnlyList<string> areas) => _areas = areas;

    public IReadOnlyList<Finding> Findings => _findings;

    public IReadOnlyList<ReviewPart> Parts => _parts;

    public IReadOnlyList<string> Missing => _missing;

    /// <summary>Reads the input's findings.</summary>
    /// <param name="findings">As they came. Null: the whole review is missing.</param>
    /// <param name="areas">Titles of the inventory's areas: they give names to the nulls in a list of the same length.</param>
    public static ReviewParts Read(JsonElement? findings, IReadOnlyList<string> areas)
    {
        var parts = new ReviewParts(areas);
        if (findings is { } given)
            parts.Visit(given, "findings", null);
        else
            parts._missing.Add("No review: no reviewer gave findings.");
        if (parts._unreadable > 0)
            parts._missing.Add($"{parts._unreadable} {(parts._unreadable == 1 ? "finding" : "findings")} without a rule, file or line could not be used.");
        return parts;
    }

    private void Visit(JsonElement element, string path, string? category)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                VisitList(element, path);
                break;
            case JsonValueKind.Object when element.Child("findings") is { } inner:
                VisitOutput(element, inner, path);
                break;
            case JsonValueKind.Object when Finding.Read(element) is { } finding:
                _findings.Add(finding);
                break;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                _missing.Add($"The {category ?? "review"} part {path} is missing: its task failed or was skipped.");
                break;
            default:
                _unreadable++;
                break;
        }
    }

    private void VisitList(JsonElement list, string path)
    {
        // Siblings say what the missing one was to do.
        var category = list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object).Select(item => item.Text("category")).FirstOrDefault(text => text is not null);
        var length = list.GetArrayLength();
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Null && category is not null && length == _areas.Count)
                _missing.Add($"No {category} review of '{_areas[index]}': its task failed.");
            else if (item.ValueKind == JsonValueKind.Null && category is not null)
                _missing.Add($"No {category} review of part {index + 1} of {length}: its task failed.");
            else
                Visit(item, $"{path}[{index}]", category);
            index++;
        }
    }

    private void VisitOutput(JsonElement output, JsonElement findings, string path)
    {
        var category = output.Text("category");
        var area = output.Text("area") ?? output.Child("area")?.Text("title");
        _parts.Add(new ReviewPart(category, area, output.Whole("files_scanned") ?? 0, output.Long("lines_scanned") ?? 0, output.Texts("rules"), [.. Skip.ReadAll(output)]));
        if (output.Flag("truncated"))
            _missing.Add($"The {category ?? "review"} of {(area is null ? path : $"'{area}'")} stopped at its limit of findings; there are more.");
        Visit(findings, $"{path}.findings", category);
    }
}
