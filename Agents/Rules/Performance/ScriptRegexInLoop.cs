using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Performance;

/// <summary>Regular expressions built again in every round.</summary>
internal sealed class ScriptRegexInLoop() : ScriptRule(new RuleInfo(
    "js-regex-in-loop",
    "Regular expression built in a loop",
    Category.Performance,
    Severity.Low,
    Languages.Script,
    "The same constant pattern is compiled again in every round.",
    "Build it once before the loop."))
{
    private static readonly Regex New = Pattern.Timed(@"(?<![\w$.])new\s+RegExp\s*\(");

    public override IReadOnlyList<string> Triggers => ["RegExp"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, New).Where(c => c.Arguments.Count > 0))
        {
            if (file.LiteralFrom(arguments[0].Start) is { HasHoles: false } literal && literal.End == arguments[0].End && file.Structure.LoopAt(start) is not null)
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
