using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Performance;

/// <summary>Strings grown one piece at a time.</summary>
internal sealed class PythonConcatenationInLoop() : ScriptRule(new RuleInfo(
    "py-string-concat-in-loop",
    "String grown in a loop",
    Category.Performance,
    Severity.Low,
    Languages.Python,
    "Each round may copy the whole string again: the time can grow with the square of the number of rounds.",
    "Gather the pieces in a list and join them."))
{
    private static readonly Regex Add = Pattern.Timed(@"^[ \t]*(?<s>[A-Za-z_]\w*)\s*\+=\s*");

    public override IReadOnlyList<string> Triggers => ["+="];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        var told = new HashSet<(Block, string)>();
        foreach (var match in Matches(file, Add))
        {
            var name = match.Groups["s"].Value;
            if (file.Structure.LoopAt(match.Index + match.Length) is not { } loop)
            {
                continue;
            }

            var values = Assignments.Of(file, name, loop.Start);
            if (values.Count > 0 && Text(file, values[^1]) is "''" or "\"\"" && IsOuterMost(file, loop, name) && told.Add((loop, name)))
            {
                yield return Found(file, match.Groups["s"].Index, file.Lines.End(file.Lines.LineAt(match.Index)));
            }
        }
    }

    /// <summary>Started before the loop and not anew in each round.</summary>
    private static bool IsOuterMost(SourceFile file, Block loop, string name) =>
        !Pattern.Timed($@"^[ \t]*{Regex.Escape(name)}\s*=(?!=)").IsMatch(file.Code[loop.BodyStart..loop.BodyEnd]);
}
