using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Performance;

/// <summary>Whole arrays searched for one element.</summary>
internal sealed class ScriptFilterForFirst() : ScriptRule(new RuleInfo(
    "js-filter-for-first",
    "All elements filtered to take the first",
    Category.Performance,
    Severity.Low,
    Languages.Script,
    "filter looks at every element and builds an array, where find stops at the first.",
    "find.",
    HasFix: true))
{
    private static readonly Regex Filter = Pattern.Timed(@"\.(?<f>filter)\s*\(\s*(?:function\b|async\b|\([\w$,\s]*\)\s*=>|[\w$]+\s*=>)");

    public override IReadOnlyList<string> Triggers => ["filter"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Filter))
        {
            var open = file.Code.IndexOf('(', match.Index);
            var close = file.Brackets.Partner(open);
            if (close > 0 && close + 4 <= file.Code.Length && file.Code.AsSpan(close + 1, 3).SequenceEqual("[0]") && !IsAssigned(file.Code, close + 4))
            {
                var with = string.Concat(".find", file.Text.AsSpan(open, close + 1 - open));
                yield return Found(file, match.Index + 1, close + 4, fix: Replace(file, match.Index, close + 4, with, "Stop at the first."));
            }
        }
    }

    private static bool IsAssigned(string code, int position) => Pattern.Timed(@"\G\s*=(?!=|>)").IsMatch(code, position);
}
