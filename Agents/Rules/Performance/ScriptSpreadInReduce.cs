using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Performance;

/// <summary>Objects copied in every round of a reduce.</summary>
internal sealed class ScriptSpreadInReduce() : ScriptRule(new RuleInfo(
    "js-spread-in-reduce",
    "Accumulator copied in every round",
    Category.Performance,
    Severity.Medium,
    Languages.Script,
    "Each round copies all that was gathered before: the time grows with the square of the number of elements.",
    "Change the accumulator in place, or use a loop."))
{
    private static readonly Regex Reduce = Pattern.Timed(@"\.reduce(?:Right)?\s*(?:<[^()]*>)?\(\s*(?:async\s*)?(?:function\s*[\w$]*\s*)?\(\s*(?<acc>[A-Za-z_$][\w$]*)\s*[:,]");

    public override IReadOnlyList<string> Triggers => ["reduce"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Reduce))
        {
            var acc = match.Groups["acc"].Value;
            var open = file.Code.IndexOf('(', match.Index);
            var close = file.Brackets.Partner(open);
            if (close < 0 || match.Index == 0 || file.Code[match.Index - 1] == ']')
            {
                continue;
            }

            var copy = Pattern.Timed($@"(?:[{{\[]\s*\.\.\.\s*{Regex.Escape(acc)}\s*,|Object\.assign\(\s*\{{\s*\}}\s*,\s*{Regex.Escape(acc)}\s*,|\b{Regex.Escape(acc)}\.concat\s*\()").Match(file.Code[open..close]);
            if (copy.Success)
            {
                yield return Found(file, open + copy.Index, open + copy.Index + copy.Length, $"Each round copies all that '{acc}' has gathered: the time grows with the square of the number of elements.");
            }
        }
    }
}
