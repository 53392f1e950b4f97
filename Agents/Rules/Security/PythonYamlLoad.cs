using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>YAML that creates any object.</summary>
internal sealed class PythonYamlLoad() : ScriptRule(new RuleInfo(
    "py-yaml-load",
    "YAML loaded with a loader that creates any object",
    Category.Security,
    Severity.High,
    Languages.Python,
    "The document says which Python objects are made, so whoever writes it can run code.",
    "yaml.safe_load.",
    "CWE-502",
    HasFix: true))
{
    private static readonly Regex Load = Pattern.Timed(@"(?<![\w.])yaml\.(?<f>load|load_all|unsafe_load|full_load)\s*\(");

    public override IReadOnlyList<string> Triggers => ["yaml."];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Load))
        {
            var open = match.Index + match.Length - 1;
            var arguments = Expressions.Arguments(file, open);
            var name = match.Groups["f"];
            var safe = arguments.Skip(1).Any(a => Code(file, a).Contains("Safe", StringComparison.Ordinal) || Code(file, a).Contains("BaseLoader", StringComparison.Ordinal));
            var own = arguments.Count > 1 && !Code(file, arguments[^1]).Contains("yaml.", StringComparison.Ordinal);
            if (arguments.Count == 0 || safe || own || name.Value == "full_load")
            {
                continue;
            }

            var to = name.Value == "load_all" ? "yaml.safe_load_all(" : "yaml.safe_load(";
            yield return Found(file, match.Index, CloseOf(file, open), fix: Replace(file, match.Index, CloseOf(file, open), $"{to}{Text(file, arguments[0])})", "Create plain values only."));
        }
    }
}
