using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Comparisons that are never true.</summary>
internal sealed class ScriptNanComparison() : ScriptRule(new RuleInfo(
    "js-nan-comparison",
    "Compared with NaN",
    Category.Quality,
    Severity.High,
    Languages.Script,
    "NaN equals nothing, not even itself: the comparison always gives the same answer.",
    "Number.isNaN(x).",
    "CWE-570",
    HasFix: true))
{
    private static readonly Regex Nan = Pattern.Timed(@"(?<v>[A-Za-z_$][\w$.]*)\s*(?<o>[=!]==?)\s*(?:Number\.)?NaN\b");

    public override IReadOnlyList<string> Triggers => ["NaN"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Nan))
        {
            var not = match.Groups["o"].Value[0] == '!' ? "!" : "";
            yield return Found(file, match.Index, match.Index + match.Length, fix: Replace(file, match.Index, match.Index + match.Length, $"{not}Number.isNaN({match.Groups["v"].Value})", "Ask with Number.isNaN."));
        }
    }
}
