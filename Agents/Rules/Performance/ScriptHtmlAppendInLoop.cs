using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Performance;

/// <summary>Pages parsed again in every round.</summary>
internal sealed class ScriptHtmlAppendInLoop() : ScriptRule(new RuleInfo(
    "js-html-append-in-loop",
    "innerHTML grown in a loop",
    Category.Performance,
    Severity.Medium,
    Languages.Script,
    "Each round turns the whole content into text and parses it again, and drops the listeners on it.",
    "Gather the markup and set it once, or append nodes."))
{
    private static readonly Regex Append = Pattern.Timed(@"\.innerHTML\s*\+=");

    public override IReadOnlyList<string> Triggers => ["innerHTML"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Append))
        {
            if (file.Structure.LoopAt(match.Index) is not null)
            {
                yield return Found(file, match.Index + 1, match.Index + match.Length);
            }
        }
    }
}
