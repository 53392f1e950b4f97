using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Breakpoints left in the code.</summary>
internal sealed class ScriptDebugger() : ScriptRule(new RuleInfo(
    "js-debugger-statement",
    "Breakpoint left in the code",
    Category.Quality,
    Severity.Medium,
    Languages.Script,
    "With developer tools open, or under an inspector, the program stops here.",
    "Remove the statement.",
    "CWE-489",
    HasFix: true))
{
    private static readonly Regex Debugger = Pattern.Timed(@"^[ \t]*(debugger)[ \t]*;?[ \t]*$");

    public override IReadOnlyList<string> Triggers => ["debugger"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Debugger))
        {
            var word = match.Groups[1];
            yield return Found(file, word.Index, word.Index + word.Length, fix: DeleteLines(file, word.Index, word.Index + word.Length, "Remove the breakpoint."));
        }
    }
}
