using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Performance;

/// <summary>Sorting all to take one.</summary>
internal sealed class PythonSortForFirst() : ScriptRule(new RuleInfo(
    "py-sort-for-first",
    "All elements sorted to take one",
    Category.Performance,
    Severity.Low,
    Languages.Python,
    "The elements are sorted and copied only to take the one at the end.",
    "min or max, with the same key.",
    HasFix: true))
{
    private static readonly Regex Sorted = Pattern.Timed(@"(?<![\w.])sorted\s*\(");

    public override IReadOnlyList<string> Triggers => ["sorted"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Sorted).Where(c => c.Arguments.Count > 0))
        {
            var end = CloseOf(file, open);
            var rest = file.Code.AsSpan(end);
            var first = rest.StartsWith("[0]");
            if (!first && !rest.StartsWith("[-1]"))
            {
                continue;
            }

            var reversed = arguments.Any(a => Code(file, a).StartsWith("reverse", StringComparison.Ordinal));
            var fix = reversed ? null : Replace(file, start, end + (first ? 3 : 4), $"{(first ? "min" : "max")}({file.Text[(open + 1)..(end - 1)]})", "Look for the one element.");
            yield return Found(file, start, end + (first ? 3 : 4), fix: fix);
        }
    }
}
