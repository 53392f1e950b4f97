using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Assertions that never fail.</summary>
internal sealed class PythonAssertTuple() : ScriptRule(new RuleInfo(
    "py-assert-tuple",
    "Assertion that is always true",
    Category.Quality,
    Severity.High,
    Languages.Python,
    "The parentheses make a tuple of condition and message, and a tuple is always true: this never fails.",
    "assert condition, message",
    "CWE-571",
    HasFix: true))
{
    private static readonly Regex Assert = Pattern.Timed(@"^[ \t]*assert\s*\(");

    public override IReadOnlyList<string> Triggers => ["assert"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (_, open, arguments) in Calls(file, Assert))
        {
            var end = CloseOf(file, open);
            var rest = file.Code[end..file.Lines.End(file.Lines.LineAt(end))].Trim();
            if (arguments.Count == 2 && rest.Length == 0 && !Pattern.Timed(@"\bfor\b").IsMatch(file.Code[open..end]))
            {
                var start = StatementStart(file, open);
                yield return Found(file, start, end, fix: Replace(file, start, end, $"assert {Text(file, arguments[0])}, {Text(file, arguments[1])}", "Assert the condition."));
            }
        }
    }
}
