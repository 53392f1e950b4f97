using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Performance;

/// <summary>Copies by way of text.</summary>
internal sealed class ScriptCloneByJson() : ScriptRule(new RuleInfo(
    "js-clone-by-json",
    "Object copied by way of JSON",
    Category.Performance,
    Severity.Low,
    Languages.Script,
    "The object is written as text and parsed again, which costs far more than a copy and loses dates, undefined, maps and cycles.",
    "structuredClone."))
{
    private static readonly Regex Clone = Pattern.Timed(@"JSON\.parse\s*\(\s*JSON\.stringify\s*\(");

    public override IReadOnlyList<string> Triggers => ["JSON.parse"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Clone))
        {
            var inner = match.Index + match.Length - 1;
            var outer = file.Code.IndexOf('(', match.Index);
            if (Expressions.Arguments(file, inner).Count == 1 && Expressions.Arguments(file, outer).Count == 1)
            {
                yield return Found(file, match.Index, CloseOf(file, outer));
            }
        }
    }
}
