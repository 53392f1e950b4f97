using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Token keys in the source.</summary>
internal sealed class ScriptTokenSecret() : ScriptRule(new RuleInfo(
    "js-hardcoded-token-key",
    "Token signed with a key in the source",
    Category.Security,
    Severity.High,
    Languages.Script,
    "Everybody who can read the source can sign tokens that this service believes.",
    "Read the key from the environment or a vault, and change it.",
    "CWE-798"))
{
    private static readonly Regex Sign = Pattern.Timed(@"(?<![\w$])(?:jwt|jsonwebtoken|JWT)\.(?:sign|verify)\s*\(");

    public override IReadOnlyList<string> Triggers => ["jwt", "jsonwebtoken", "JWT"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Sign).Where(c => c.Arguments.Count > 1))
        {
            if (file.LiteralFrom(arguments[1].Start) is { HasHoles: false } literal && literal.End == arguments[1].End && literal.End - literal.Start > 3)
            {
                yield return Found(file, start, CloseOf(file, open)) with { Snippet = "(blanked)" };
            }
        }
    }
}
