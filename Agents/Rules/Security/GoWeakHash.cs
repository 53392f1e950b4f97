using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Broken hash functions where the names around speak of secrets; elsewhere they make identifiers and find changes.</summary>
internal sealed class GoWeakHash() : ScriptRule(new RuleInfo(
    "go-weak-hash",
    "Broken hash in a security context",
    Category.Security,
    Severity.Low,
    Languages.Go,
    "Two texts with the same hash can be made for MD5 and SHA-1, and both are far too fast for passwords; the names around this call say that security depends on it.",
    "sha256.New(); for passwords bcrypt or argon2.",
    "CWE-328"))
{
    private static readonly Regex Fault = Pattern.Timed(@"(?<![\w.])(?:md5|sha1)\.(?:New|Sum)\s*\(");

    public override IReadOnlyList<string> Triggers => ["md5.", "sha1."];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Fault).Where(match => SecurityContext.Around(file, match.Index)))
        {
            yield return Found(file, match.Index, match.Index + match.Length);
        }
    }
}
