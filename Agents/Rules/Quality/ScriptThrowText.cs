using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Exceptions without a stack.</summary>
internal sealed class ScriptThrowText() : ScriptRule(new RuleInfo(
    "js-throw-literal",
    "Text thrown instead of an Error",
    Category.Quality,
    Severity.Low,
    Languages.Script,
    "What is thrown has no stack trace, and code that reads err.message gets undefined.",
    "throw new Error(...).",
    "CWE-397",
    HasFix: true))
{
    private static readonly Regex Throw = Pattern.Timed(@"(?<![\w$.])throw\s+(?=['""`])");

    public override IReadOnlyList<string> Triggers => ["throw"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Throw))
        {
            var start = match.Index + match.Length;
            if (file.LiteralFrom(start) is not { } literal)
            {
                continue;
            }

            var end = literal.End;
            while (end < file.Code.Length && file.Code[end] is not (';' or '\n' or '}'))
            {
                end = file.Code[end] is '(' or '[' or '{' && file.Brackets.Partner(end) > end ? file.Brackets.Partner(end) + 1 : end + 1;
            }

            var value = Expressions.Trim(file, start, end);
            var whole = value.End == literal.End;
            yield return Found(file, match.Index, value.End, fix: whole ? Replace(file, value.Start, value.End, $"new Error({Text(file, value)})", "Throw an Error.") : null);
        }
    }
}
