using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Performance;

/// <summary>Resources that wait for the end of the function.</summary>
internal sealed class GoDeferInLoop() : ScriptRule(new RuleInfo(
    "go-defer-in-loop",
    "defer in a loop",
    Category.Performance,
    Severity.Medium,
    Languages.Go,
    "What is deferred happens when the function ends, not at the end of the round: files and locks pile up.",
    "Put the body of the loop into a function of its own, or close by hand."))
{
    private static readonly Regex Loop = Pattern.Linear(@"^[ \t]*for\b[^\n{]*\{[ \t]*$");
    private static readonly Regex Defer = Pattern.Linear(@"\bdefer\b");
    private static readonly Regex Function = Pattern.Linear(@"\bfunc\s*\([^)]*\)[^{\n]*\{");

    public override IReadOnlyList<string> Triggers => ["defer "];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var loop in Matches(file, Loop))
        {
            var open = file.Code.IndexOf('{', loop.Index + loop.Length - loop.Value.Length + loop.Value.LastIndexOf('{'));
            var close = file.Brackets.Partner(open);
            if (close > open && Defer.Match(file.Code, open, close - open) is { Success: true } defer && !Function.IsMatch(file.Code[open..defer.Index]))
            {
                yield return Found(file, defer.Index, defer.Index + defer.Length);
            }
        }
    }
}
