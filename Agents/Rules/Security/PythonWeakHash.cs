using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>MD5 or SHA-1 where the names around it speak of secrets.</summary>
internal sealed class PythonWeakHash() : ScriptRule(new RuleInfo(
    "py-weak-hash",
    "Broken hash in a security context",
    Category.Security,
    Severity.Medium,
    Languages.Python,
    "MD5 and SHA-1 can be forged, and are far too fast for passwords; the names around this call say that security depends on it.",
    "hashlib.sha256 for signatures; hashlib.scrypt, bcrypt or Argon2 for passwords.",
    "CWE-328"))
{
    private static readonly Regex Hash = Pattern.Timed(@"(?<![\w.])hashlib\.(?:md5|sha1)\s*\(");

    public override IReadOnlyList<string> Triggers => ["hashlib"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Hash))
        {
            var declared = arguments.Any(a => Code(file, a).Contains("usedforsecurity", StringComparison.Ordinal));
            if (!declared && SecurityContext.Of(file, start))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
