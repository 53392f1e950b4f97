using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Performance;

/// <summary>Lists shifted in every round.</summary>
internal sealed class PythonPopFirst() : ScriptRule(new RuleInfo(
    "py-pop-first-in-loop",
    "First element removed from a list in a loop",
    Category.Performance,
    Severity.Low,
    Languages.Python,
    "Removing the first element moves all others, in every round.",
    "collections.deque and popleft."))
{
    private static readonly Regex Pop = Pattern.Timed(@"(?<![\w.])(?<l>[A-Za-z_]\w*)\.(?:pop\(\s*0\s*\)|insert\(\s*0\s*,)");

    public override IReadOnlyList<string> Triggers => ["pop(0", "insert(0", "pop( 0"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Pop))
        {
            var name = match.Groups["l"].Value;
            if (file.Structure.LoopAt(match.Index) is { } loop && Assignments.Of(file, name, loop.Start) is { Count: > 0 } values && Code(file, values[^1]) is { } first && (first.StartsWith('[') || first.StartsWith("list(", StringComparison.Ordinal)))
            {
                yield return Found(file, match.Index, match.Index + match.Length);
            }
        }
    }
}
