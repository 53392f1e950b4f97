using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Texts compared by identity.</summary>
internal sealed class JavaTextIdentity() : ScriptRule(new RuleInfo(
    "java-text-identity",
    "Texts compared with ==",
    Category.Quality,
    Severity.Medium,
    Languages.Java,
    "For objects == asks whether it is the same one, not whether it reads the same: it is true by luck.",
    "\"text\".equals(value)"))
{
    private static readonly Regex Fault = Pattern.Timed(@"[\w)\]]\s*(?:==|!=)\s*""|(?<="")\s*(?:==|!=)\s*[A-Za-z_]\w*");

    public override IReadOnlyList<string> Triggers => ["==", "!="];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Fault))
        {
            yield return Found(file, match.Index, match.Index + match.Length);
        }
    }
}
