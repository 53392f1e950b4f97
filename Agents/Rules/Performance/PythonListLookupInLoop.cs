using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Performance;

/// <summary>Lists searched in a loop that makes them longer.</summary>
internal sealed class PythonListLookupInLoop() : ScriptRule(new RuleInfo(
    "py-list-lookup-in-loop",
    "List searched in a loop",
    Category.Performance,
    Severity.Low,
    Languages.Python,
    "'in' walks the list in every round, over two loops, and the list grows in them: the time grows with the square of its length.",
    "Keep a set beside the list."))
{
    private static readonly Regex NotIn = Pattern.Timed(@"\b(?:not\s+)?in\s+(?<l>[A-Za-z_]\w*)\s*(?::|\band\b|\bor\b|\))");

    public override IReadOnlyList<string> Triggers => ["append"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, NotIn))
        {
            var name = match.Groups["l"].Value;
            if (file.Structure.LoopAt(match.Index) is not { } inner || file.Structure.LoopAt(inner.Start) is not { } loop || IsComprehension(file.Code, match.Index))
            {
                continue;
            }

            var body = file.Code[loop.BodyStart..loop.BodyEnd];
            var starts = Assignments.Of(file, name, loop.Start);
            var isList = starts.Count > 0 && Code(file, starts[^1]) is "[]" or "list()";
            if (isList && Pattern.Timed($@"(?<![\w.]){Regex.Escape(name)}\.append\s*\(").IsMatch(body) && !IsFor(file, match.Index))
            {
                yield return Found(file, match.Index, match.Groups["l"].Index + name.Length, $"'in' walks the list '{name}' in every round, over two loops, and the list grows in them: the time grows with the square of its length.");
            }
        }
    }

    /// <summary>for y in list.</summary>
    private static bool IsComprehension(string code, int position) =>
        Pattern.Timed(@"\bfor\s+[\w\s,()]+$").IsMatch(code[Math.Max(0, position - 80)..position]);

    private static bool IsFor(SourceFile file, int position)
    {
        var line = file.Lines.Text(file.Lines.LineAt(position)).TrimStart();
        return line.StartsWith("for ", StringComparison.Ordinal);
    }
}
