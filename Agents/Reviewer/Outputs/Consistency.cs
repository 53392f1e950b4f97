using System.Text.Json;

namespace Agents.Reviewer.Outputs;

/// <summary>Does the output agree with itself?</summary>
internal static class Consistency
{
    private const double Weight = 0.2;
    private const int MostTold = 10;

    public static ReviewCriterion Judge(OutputText output, List<ReviewFinding> findings)
    {
        var wrong = new List<ReviewFinding>();
        foreach (var (path, value) in output.Objects)
        {
            CheckSeverity(path, value, wrong);
            CheckLines(path, value, wrong);
            CheckAnswer(path, value, wrong);
        }

        CheckDuplicates(output, wrong);
        findings.AddRange(wrong.Take(MostTold));
        return new ReviewCriterion("consistency", Math.Max(0, 100 - (20 * wrong.Count)), Weight, wrong.Count == 0 ? "It agrees with itself." : $"{wrong.Count} contradictions.");
    }

    private static void CheckSeverity(string path, JsonElement value, List<ReviewFinding> wrong)
    {
        if (OutputText.String(value, "rule") is not null && OutputText.String(value, "severity") is { } severity && severity is not ("HIGH" or "MEDIUM" or "LOW"))
        {
            wrong.Add(new ReviewFinding("MEDIUM", "Unknown severity", $"{path}.severity is \"{severity}\".", Remedy: "HIGH, MEDIUM or LOW."));
        }
    }

    private static void CheckLines(string path, JsonElement value, List<ReviewFinding> wrong)
    {
        if (OutputText.Number(value, "start_line") is { } start && (start < 1 || OutputText.Number(value, "end_line") is { } end && end < start))
        {
            wrong.Add(new ReviewFinding("MEDIUM", "Impossible lines", $"{path} has lines that cannot be: they begin at {start}.", OutputText.String(value, "file")));
        }
    }

    private static void CheckAnswer(string path, JsonElement value, List<ReviewFinding> wrong)
    {
        if (!value.TryGetProperty("answered", out var answered) || answered.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            return;
        }

        var sources = value.TryGetProperty("citations", out var citations) ? citations : value.TryGetProperty("passages", out var passages) ? passages : default;
        if (answered.ValueKind == JsonValueKind.True && sources.ValueKind == JsonValueKind.Array && sources.GetArrayLength() == 0)
        {
            wrong.Add(new ReviewFinding("HIGH", "Answer without a source", $"{path} says it is answered, and cites nothing.", Remedy: "Cite the passage, or say that it is not answered."));
        }
    }

    private static void CheckDuplicates(OutputText output, List<ReviewFinding> wrong)
    {
        var twice = output.Objects
            .Where(o => o.Path.EndsWith(']') && OutputText.String(o.Value, "rule") is not null && OutputText.String(o.Value, "file") is not null)
            .GroupBy(o => (List: o.Path[..o.Path.LastIndexOf('[')], Rule: OutputText.String(o.Value, "rule"), File: OutputText.String(o.Value, "file"), Start: OutputText.Number(o.Value, "start_line"), End: OutputText.Number(o.Value, "end_line")))
            .Where(g => g.Count() > 1);
        wrong.AddRange(twice.Select(g => new ReviewFinding("LOW", "Told twice", $"{g.Key.List} tells {g.Key.Rule} at {g.Key.File}:{g.Key.Start} {g.Count()} times.", g.Key.File, g.Key.Start)));
    }
}
