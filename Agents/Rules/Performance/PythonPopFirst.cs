using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Performance;

/// <summary>Lists shifted in every round.</summary>
internal sealed class PythonPopFirst() : ScriptRule(new RuleInfo(
    "py-pop-first-in-loop",
    "List used as a queue or stack at its slow end",
    Category.Performance,
    Severity.Low,
    Languages.Python,
    "Removing or inserting at the front moves all other elements, in every round.",
    "collections.deque with popleft or appendleft; or append and reverse once."))
{
    private static readonly Regex Pop = Pattern.Timed(@"(?<![\w.])(?<l>[A-Za-z_]\w*)\.(?:pop\(\s*0\s*\)|insert\(\s*0\s*,)");

    public override IReadOnlyList<string> Triggers => ["pop(0", "insert(0", "pop( 0"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        var told = new HashSet<(Block, string)>();
        foreach (var match in Matches(file, Pop))
        {
            var name = match.Groups["l"].Value;
            if (file.Structure.LoopAt(match.Index) is { } loop && Assignments.Of(file, name, loop.Start) is { Count: > 0 } values && Fits(file, match, loop, Code(file, values[^1])) && !LeavesAfter(file, match.Index) && told.Add((loop, name)))
            {
                yield return Found(file, match.Index, match.Index + match.Length);
            }
        }
    }

    private static bool LeavesAfter(SourceFile file, int position) =>
        file.Structure.At(position) is { } block && block.Kind != BlockKind.Loop && Pattern.Timed(@"^[ \t]*(?:break|return)\b").IsMatch(file.Code[position..block.BodyEnd]);

    /// <summary>A queue worked off in a while loop, or a list that begins empty and grows at the front.</summary>
    private static bool Fits(SourceFile file, Match match, Block loop, string first)
    {
        var head = file.Code[loop.Start..loop.BodyStart];
        return match.Value.Contains("pop", StringComparison.Ordinal)
            ? (first.StartsWith('[') || first.StartsWith("list(", StringComparison.Ordinal)) && head.StartsWith("while", StringComparison.Ordinal) && Assignments.HasWord(head, match.Groups["l"].Value)
            : first is "[]" or "list()";
    }
}
