using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Broken hash functions.</summary>
internal sealed class JavaWeakHash() : ScriptRule(new RuleInfo(
    "java-weak-hash",
    "Broken hash function",
    Category.Security,
    Severity.Medium,
    Languages.Java,
    "Two texts with the same hash can be made for MD5 and SHA-1.",
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
            if (arguments.Count > 0 && IsWeak.IsMatch(Text(file, arguments[0])))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
