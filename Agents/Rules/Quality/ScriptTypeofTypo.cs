using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Comparisons with a type name that does not exist.</summary>
internal sealed class ScriptTypeofTypo() : ScriptRule(new RuleInfo(
    "js-invalid-typeof",
    "typeof compared with what it never gives",
    Category.Quality,
    Severity.High,
    Languages.Script,
    "typeof never gives this text: the comparison always has the same answer.",
    "undefined, object, boolean, number, bigint, string, symbol or function.",
    "CWE-570"))
{
    private static readonly Regex Typeof = Pattern.Timed(@"(?<![\w$.])typeof\s+[\w$.\[\]]+\s*[=!]==?\s*(?<q>['""])");
    private static readonly HashSet<string> Names = ["undefined", "object", "boolean", "number", "bigint", "string", "symbol", "function", "unknown"];

    public override IReadOnlyList<string> Triggers => ["typeof"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Typeof))
        {
            if (file.LiteralFrom(match.Groups["q"].Index) is { } literal && !Names.Contains(file.Text[(literal.Start + 1)..(literal.End - 1)]))
            {
                yield return Found(file, match.Index, literal.End);
            }
        }
    }
}
