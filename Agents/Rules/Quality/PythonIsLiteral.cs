using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Identity where equality was meant.</summary>
internal sealed class PythonIsLiteral() : ScriptRule(new RuleInfo(
    "py-is-literal",
    "Compared by identity with a literal",
    Category.Quality,
    Severity.High,
    Languages.Python,
    "'is' asks whether both are the same object; for text and numbers that depends on the interpreter's caches.",
    "==",
    "CWE-595",
    HasFix: true))
{
    private static readonly Regex Is = Pattern.Timed(@"\b(?<o>is\s+not|is)\s+(?:[rbu]?['""]|-?\d)");

    public override IReadOnlyList<string> Triggers => [" is "];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Is))
        {
            var word = match.Groups["o"];
            yield return Found(file, match.Index, match.Index + match.Length, fix: Replace(file, word.Index, word.Index + word.Length, word.Value == "is" ? "==" : "!=", "Compare by value."));
        }
    }
}
