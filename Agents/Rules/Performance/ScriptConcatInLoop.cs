using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Performance;

/// <summary>Arrays copied in every round of a loop.</summary>
internal sealed class ScriptConcatInLoop() : ScriptRule(new RuleInfo(
    "js-array-concat-in-loop",
    "Array copied in every round",
    Category.Performance,
    Severity.Medium,
    Languages.Script,
    "concat copies the whole array in every round: the time grows with the square of its length.",
    "push the new elements."))
{
    private static readonly Regex Concat = Pattern.Timed(@"(?<![\w$.])(?<a>[A-Za-z_$][\w$]*)\s*=\s*(?:\k<a>\.concat\s*\(|\[\s*\.\.\.\s*\k<a>\s*,)");

    public override IReadOnlyList<string> Triggers => ["concat", "..."];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Concat))
        {
            var name = match.Groups["a"].Value;
            if (file.Structure.LoopAt(match.Index) is not { } loop || LeavesAfter(file, match.Index, loop))
            {
                continue;
            }

            var values = Assignments.Of(file, name, loop.Start);
            if (values.Count > 0 && values.Any(v => Code(file, v) == "[]"))
            {
                yield return Found(file, match.Index, match.Index + match.Length);
            }
        }
    }

    private static bool LeavesAfter(SourceFile file, int position, Block loop)
    {
        var block = file.Structure.At(position);
        return block is not null && block != loop && Pattern.Linear(@"\b(break|return)\b").IsMatch(file.Code[position..block.BodyEnd]);
    }
}
