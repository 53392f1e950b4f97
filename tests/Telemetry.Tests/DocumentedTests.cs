using System.Text.RegularExpressions;

namespace Telemetry.Tests;

/// <summary>Every instrument stands in the documentation, and nothing else does.</summary>
public sealed partial class DocumentedTests
{
    [Fact]
    public void Documentation_Instruments_AreThoseOfTheSources()
    {
        var root = Root();
        var created = ((string[])["Agents", "Orchestrator", "ServiceDefaults"])
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => Instrument().Matches(File.ReadAllText(file))).Select(match => match.Groups["name"].Value).Distinct().Order().ToList();
        var documented = ((string[])["telemetry.md", "metrics.md"]).Select(file => File.ReadAllText(Path.Combine(root, "docs", file)))
            .SelectMany(text => Rows().Matches(text)).SelectMany(row => Name().Matches(row.Value)).Select(match => match.Groups["name"].Value).Distinct().Order().ToList();

        created.Count.ShouldBeGreaterThan(30);
        documented.ShouldBe(created);
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Agents.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run from the repository.");
        return folder;
    }

    // An instrument of a meter, or a helper that makes one: the name comes first, or after the meter.
    [GeneratedRegex("""\b(?:Create(?:Observable)?(?:Counter|UpDownCounter|Gauge|Histogram)(?:<\w+>)?|Duration|Count|Mean)\(\s*(?:_?[Mm]eter,\s*)?"(?<name>(?:agents|gen_ai)\.[a-z_.]+)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Instrument();

    // Rows of tables whose first cell has instruments.
    [GeneratedRegex(@"^\| `(agents|gen_ai)\.[^|]*\|", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex(@"`(?<name>(agents|gen_ai)\.[a-z_.]+)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
