using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Tasks that may vanish while they run.</summary>
internal sealed class PythonTaskDropped() : ScriptRule(new RuleInfo(
    "py-task-not-kept",
    "Task that nobody holds",
    Category.Quality,
    Severity.Medium,
    Languages.Python,
    "The event loop holds tasks weakly: one that nothing refers to can be collected before it is done, and its failure is never seen.",
    "Keep it in a set until it is done, or use a TaskGroup."))
{
    private static readonly Regex Create = Pattern.Timed(@"^[ \t]*(?<c>asyncio\.(?:create_task|ensure_future))\s*\(");

    public override IReadOnlyList<string> Triggers => ["asyncio."];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Create))
        {
            var open = match.Index + match.Length - 1;
            var end = CloseOf(file, open);
            if (end > open && file.Code[end..file.Lines.End(file.Lines.LineAt(end))].Trim().Length == 0 && file.PythonLines.Any(l => l.Start == match.Groups["c"].Index))
            {
                yield return Found(file, match.Groups["c"].Index, end);
            }
        }
    }
}
