using Agents.Writer.Findings;

namespace Agents.Writer.Sarif;

/// <summary>The rules that fired, and the weaknesses (CWE) that they are about.</summary>
internal sealed class SarifRules
{
    private readonly List<Finding> _rules;
    private readonly Dictionary<string, int> _indexes;

    private SarifRules(List<Finding> rules)
    {
        _rules = rules;
        _indexes = rules.Select((rule, index) => (rule.Rule, index)).ToDictionary(item => item.Rule, item => item.index);
        Weaknesses = [.. rules.Select(rule => Number(rule.Cwe)).OfType<string>().Distinct().OrderBy(number => number.Length).ThenBy(number => number, StringComparer.Ordinal)];
    }

    /// <summary>Numbers without <c>CWE-</c>.</summary>
    public IReadOnlyList<string> Weaknesses { get; }

    /// <summary>A rule is described by its worst finding, which comes first.</summary>
    public static SarifRules Of(IReadOnlyList<Finding> findings) =>
        new([.. findings.GroupBy(finding => finding.Rule).Select(group => group.FirstOrDefault(finding => Number(finding.Cwe) is not null) ?? group.First()).OrderBy(rule => rule.Rule, StringComparer.Ordinal)]);

    public static string Level(string severity) => severity switch { "HIGH" => "error", "MEDIUM" => "warning", _ => "note" };

    public int IndexOf(string rule) => _indexes[rule];

    public IEnumerable<object> Descriptors() => _rules.Select(rule =>
    {
        var cwe = Number(rule.Cwe);
        var help = rule.Remedy.Length > 0 ? rule.Remedy : rule.Message;
        return (object)new
        {
            id = rule.Rule,
            shortDescription = new { text = rule.Title },
            help = new { text = help, markdown = help },
            helpUri = cwe is null ? null : Definition(cwe),
            defaultConfiguration = new { level = Level(rule.Severity) },
            relationships = cwe is null ? null : new[] { new { target = new { id = cwe, index = Index(cwe), toolComponent = new { name = "CWE", index = 0 } }, kinds = new[] { "superset" } } },
            properties = new Dictionary<string, object>
            {
                ["tags"] = cwe is null ? new[] { rule.Category } : [rule.Category, $"external/cwe/cwe-{cwe.PadLeft(3, '0')}"],
                ["problem.severity"] = rule.Severity switch { "HIGH" => "error", "MEDIUM" => "warning", _ => "recommendation" },
            }.With("security-severity", rule.Category == "security" ? rule.Severity switch { "HIGH" => "8.0", "MEDIUM" => "5.5", _ => "3.0" } : null),
        };
    });

    public object Taxonomy() => new
    {
        name = "CWE",
        organization = "MITRE",
        shortDescription = new { text = "Common Weakness Enumeration" },
        informationUri = "https://cwe.mitre.org/",
        isComprehensive = false,
        taxa = Weaknesses.Select(number => new { id = number, helpUri = Definition(number) }),
    };

    private static string Definition(string number) => $"https://cwe.mitre.org/data/definitions/{number}.html";

    private int Index(string number) => Weaknesses.IndexOf(number);

    private static string? Number(string? cwe)
    {
        if (cwe is null)
            return null;
        var number = cwe.StartsWith("CWE-", StringComparison.OrdinalIgnoreCase) ? cwe[4..].TrimStart('0') : "";
        return number.Length is > 0 and < 6 && number.All(char.IsAsciiDigit) ? number : null;
    }
}

/// <summary>Small helpers for the two files beside this.</summary>
internal static class SarifCollections
{
    public static Dictionary<string, object> With(this Dictionary<string, object> properties, string name, object? value)
    {
        if (value is not null)
            properties[name] = value;
        return properties;
    }

    public static int IndexOf(this IReadOnlyList<string> list, string value)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] == value)
                return i;
        }

        return -1;
    }
}
