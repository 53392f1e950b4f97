using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Assignments where a comparison was meant.</summary>
internal sealed class ScriptAssignmentInCondition() : ScriptRule(new RuleInfo(
    "js-assignment-in-condition",
    "Assignment where a comparison was meant",
    Category.Quality,
    Severity.High,
    Languages.Script,
    "The condition assigns instead of comparing: it changes the variable and asks only whether the new value is truthy.",
    "===",
    "CWE-481"))
{
    private static readonly Regex Condition = Pattern.Timed(@"(?<![\w$.])if\s*\(\s*[A-Za-z_$][\w$.]*\s*=(?![=>])\s*(?<v>true|false|null|undefined|-?\d+|['""`])");

    public override IReadOnlyList<string> Triggers => ["if"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Condition))
        {
            var value = match.Groups["v"];
            var end = file.LiteralFrom(value.Index)?.End ?? value.Index + value.Length;
            if (end < file.Code.Length && file.Code.AsSpan(end).TrimStart().StartsWith(")"))
            {
                yield return Found(file, match.Index, end + 1);
            }
        }
    }
}
