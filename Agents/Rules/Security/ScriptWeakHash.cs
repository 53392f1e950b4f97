using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>MD5 or SHA-1 where the names around it speak of secrets.</summary>
internal sealed class ScriptWeakHash() : ScriptRule(new RuleInfo(
    "js-weak-hash",
    "Broken hash in a security context",
    Category.Security,
    Severity.Medium,
    Languages.Script,
    "MD5 and SHA-1 can be forged, and are far too fast for passwords; the names around this call say that security depends on it.",
    "SHA-256 or better for signatures; scrypt, bcrypt or Argon2 for passwords.",
    "CWE-328"))
{
    private static readonly Regex Hash = Pattern.Timed(@"(?<![\w$])(?:crypto\.)?createHash\s*\(");

    public override IReadOnlyList<string> Triggers => ["createHash"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Hash).Where(c => c.Arguments.Count > 0))
        {
            if (Text(file, arguments[0]).Trim('\'', '"').ToLowerInvariant() is "md5" or "sha1" && SecurityContext.Of(file, start))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
