using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Broken hash functions where the names around speak of secrets; elsewhere they make identifiers and find changes.</summary>
internal sealed class JavaWeakHash() : ScriptRule(new RuleInfo(
    "java-weak-hash",
    "Broken hash in a security context",
    Category.Security,
    Severity.Medium,
    Languages.Java,
    "Two texts with the same hash can be made for MD5 and SHA-1, and both are far too fast for passwords; the names around this call say that security depends on it.",
    "SHA-256; for passwords bcrypt, scrypt or Argon2.",
    "CWE-328"))
{
    private static readonly Regex Call = Pattern.Timed(@"\bMessageDigest\s*\.\s*getInstance\s*\(");

    private static readonly Regex IsWeak = Pattern.Linear(@"^""(?:MD2|MD4|MD5|SHA-?1?)""$", ignoreCase: true);

    public override IReadOnlyList<string> Triggers => ["MessageDigest"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Call))
        {
            if (arguments.Count > 0 && IsWeak.IsMatch(Text(file, arguments[0])) && SecurityContext.Around(file, start))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
