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

    private static readonly Regex FewRounds = Pattern.Linear(@"\bfor\s+\w+\s*:=\s*\d+\s*;\s*\w+\s*<=?\s*\d\s*;");

    // What undoes everything when the function fails has to wait until that is known.
    private static readonly Regex Undoes = Pattern.Linear(@"\Adefer\s+func\s*\(\s*\)\s*\{\s*if\s[^{\n]*\b\w*(?:[eE]rr|[oO]k|[sS]uccess|[dD]one|[cC]losed|[cC]ommit\w*)\b[^{\n]*\{");
    private static readonly Regex Leaves = Pattern.Linear(@"^(?:return\b|panic\(|break\b|goto\b|os\.Exit\(|log\.Fatal)");
    private static readonly Regex NextCase = Pattern.Linear(@"^(?:case\b.*|default\s*):");

    public override IReadOnlyList<string> Triggers => ["defer "];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var loop in Matches(file, Loop).Where(loop => !FewRounds.IsMatch(loop.Value)))
        {
            var open = file.Code.IndexOf('{', loop.Index + loop.Length - loop.Value.Length + loop.Value.LastIndexOf('{'));
            var close = file.Brackets.Partner(open);
            if (close > open && Defer.Match(file.Code, open, close - open) is { Success: true } defer && !Function.IsMatch(file.Code[open..defer.Index]) && !IsForThat(file.Code[(open + 1)..close]) && !IsMeant(file.Code, defer.Index, close))
            {
                yield return Found(file, defer.Index, defer.Index + defer.Length);
            }
        }
    }

    // Nothing else happens in the loop.
    private static bool IsForThat(string body) => body.Trim() is var only && only.StartsWith("defer ", StringComparison.Ordinal) && !only.Contains('\n', StringComparison.Ordinal);

    private static bool IsMeant(string code, int defer, int close) =>
        Undoes.IsMatch(code[defer..close]) || LeavesTheLoop(code[defer..close]);

    // The way on from it ends in a return: there is one round with it, the last.
    private static bool LeavesTheLoop(string rest)
    {
        var first = rest.Split('\n')[0];
        var (depth, last) = (first.Count(c => c is '{' or '(') - first.Count(c => c is '}' or ')'), "");
        foreach (var line in rest.Split('\n').Skip(1).Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            if (line.StartsWith("continue", StringComparison.Ordinal))
                return false;
            var isCase = depth == 0 && NextCase.IsMatch(line);
            var after = depth + line.Count(c => c is '{' or '(') - line.Count(c => c is '}' or ')');
            if (isCase || (depth == 0 && line[0] == '}'))
                return Leaves.IsMatch(last) && !(isCase && last.StartsWith("break", StringComparison.Ordinal));
            if (depth == 0)
                last = line;
            depth = after;
        }

        // What comes last is the end of the loop's own body.
        return Leaves.IsMatch(last);
    }
}
