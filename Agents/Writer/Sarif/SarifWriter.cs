using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Agents.Writer.Findings;

namespace Agents.Writer.Sarif;

/// <summary>The findings as SARIF 2.1.0, for code scanning pages and editors.</summary>
internal static class SarifWriter
{
    private const string Root = "SRCROOT";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // The file is never put into a page as it is.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        IndentSize = 1,
    };

    /// <summary>Writes it. What is missing becomes notifications of the run, so that an incomplete audit does not look like a clean one.</summary>
    public static string Write(IReadOnlyList<Finding> findings, IReadOnlyList<string> missing)
    {
        var rules = SarifRules.Of(findings);
        var files = findings.Select(finding => finding.File).Distinct().Order(StringComparer.Ordinal).Select((file, index) => (file, index)).ToDictionary(item => item.file, item => item.index);
        var log = new Dictionary<string, object>
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new[]
            {
                new
                {
                    tool = new { driver = Driver(rules) },
                    taxonomies = rules.Weaknesses.Count > 0 ? new[] { rules.Taxonomy() } : null,
                    invocations = new[] { Invocation(missing) },
                    originalUriBaseIds = new Dictionary<string, object> { [Root] = new { description = new { text = "The root of the workspace." } } },
                    columnKind = "utf16CodeUnits",
                    artifacts = files.OrderBy(file => file.Value).Select(file => new { location = Location(file.Key, null) }),
                    results = Fingerprints.Of(findings).Select(item => Result(item.Finding, item.Fingerprint, rules, files)),
                },
            },
        };
        return JsonSerializer.Serialize(log, Options) + "\n";
    }

    /// <summary>A path relative to the workspace as a relative reference: every part percent-encoded, <c>/</c> between them.</summary>
    public static string Uri(string path) => string.Join('/', path.Split('/').Select(System.Uri.EscapeDataString));

    private static object Driver(SarifRules rules) => new
    {
        name = "Agents",
        fullName = "Agents: reviewers of security, performance and quality",
        semanticVersion = Version,
        rules = rules.Descriptors(),
        supportedTaxonomies = rules.Weaknesses.Count > 0 ? new[] { new { name = "CWE", index = 0 } } : null,
    };

    private static string Version =>
        typeof(SarifWriter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    private static object Invocation(IReadOnlyList<string> missing) => new
    {
        executionSuccessful = true,
        toolExecutionNotifications = missing.Count == 0 ? null : missing.Select(line => new { level = "warning", message = new { text = line } }),
    };

    private static object Result(Finding finding, string fingerprint, SarifRules rules, Dictionary<string, int> files) => new
    {
        ruleId = finding.Rule,
        ruleIndex = rules.IndexOf(finding.Rule),
        level = SarifRules.Level(finding.Severity),
        message = new { text = finding.Message },
        locations = new[]
        {
            new
            {
                physicalLocation = new
                {
                    artifactLocation = Location(finding.File, files[finding.File]),
                    region = new
                    {
                        startLine = finding.StartLine,
                        endLine = finding.EndLine,
                        snippet = finding.Snippet.Length > 0 ? new { text = finding.Snippet } : null,
                    },
                },
            },
        },
        partialFingerprints = new Dictionary<string, string> { [Fingerprints.Name] = fingerprint },
        fixes = finding.Fix is { } fix ? new[] { Fix(finding, fix, files) } : null,
        properties = new { category = finding.Category, severity = finding.Severity, remedy = finding.Remedy },
    };

    private static object Location(string file, int? index) => new { uri = Uri(file), uriBaseId = Root, index };

    private static object Fix(Finding finding, FindingFix fix, Dictionary<string, int> files) => new
    {
        description = new { text = fix.Description.Length > 0 ? fix.Description : finding.Remedy },
        artifactChanges = new[]
        {
            new
            {
                artifactLocation = Location(finding.File, files[finding.File]),
                replacements = new[] { Replacement(fix) },
            },
        },
    };

    // Without columns a region ends before the line's end, which stays. Deleting whole lines takes it along.
    private static object Replacement(FindingFix fix) => fix.Replacement.Length == 0
        ? new { deletedRegion = new { startLine = fix.StartLine, startColumn = (int?)1, endLine = fix.EndLine + 1, endColumn = (int?)1 } }
        : new
        {
            deletedRegion = new { startLine = fix.StartLine, endLine = fix.EndLine },
            insertedContent = new { text = fix.Replacement.EndsWith('\n') ? fix.Replacement[..^1].TrimEnd('\r') : fix.Replacement },
        };
}
