using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Exceptions dropped by a return.</summary>
internal sealed class ScriptReturnInFinally() : ScriptRule(new RuleInfo(
    "js-return-in-finally",
    "return in finally drops the exception",
    Category.Quality,
    Severity.High,
    Languages.Script,
    "A return here replaces the result and silently drops any exception that is on its way.",
    "Return after the block.",
    "CWE-584"))
{
    private static readonly Regex Return = Pattern.Timed(@"(?<![\w$.])return\b");

    public override IReadOnlyList<string> Triggers => ["finally"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Return))
        {
            if (file.Structure.Inside(match.Index, BlockKind.Finally))
            {
                yield return Found(file, match.Index, match.Index + match.Length);
            }
        }
    }
}
