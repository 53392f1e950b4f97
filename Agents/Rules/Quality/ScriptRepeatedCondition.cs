using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Branches that can never be reached, because an earlier one asks the same.</summary>
internal sealed class ScriptRepeatedCondition() : ScriptRule(new RuleInfo(
    "js-repeated-condition",
    "Condition was already asked",
    Category.Quality,
    Severity.High,
    Languages.Script,
    "An earlier branch of the same chain has the same condition: this one is never reached.",
    "Correct the condition.",
    "CWE-570"))
{
    private static readonly Regex If = Pattern.Timed(@"(?<![\w$.])if\s*\(");
    private static readonly Regex Effect = Pattern.Timed(@"\(|\+\+|--|(?<![=!<>])=(?![=>])");
    private static readonly Regex Else = Pattern.Timed(@"\G\s*else\s+if\s*\(");

    public override IReadOnlyList<string> Triggers => ["else"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, If))
        {
            if (file.Code.AsSpan(0, match.Index).TrimEnd().EndsWith("else"))
            {
                continue;
            }

            var asked = new HashSet<string>(StringComparer.Ordinal);
            var open = match.Index + match.Length - 1;
            while (open > 0 && file.Brackets.Partner(open) is var close && close > open)
            {
                var condition = file.Text[(open + 1)..close].Trim();
                if (!asked.Add(condition) && !Effect.IsMatch(file.Code[(open + 1)..close]))
                {
                    yield return Found(file, open + 1, close);
                }

                open = NextInChain(file, close);
            }
        }
    }

    private static int NextInChain(SourceFile file, int close)
    {
        var body = close + 1;
        while (body < file.Code.Length && char.IsWhiteSpace(file.Code[body]))
        {
            body++;
        }

        if (body >= file.Code.Length || file.Code[body] != '{' || file.Brackets.Partner(body) < 0)
        {
            return -1;
        }

        var next = Else.Match(file.Code, file.Brackets.Partner(body) + 1);
        return next.Success ? next.Index + next.Length - 1 : -1;
    }
}
