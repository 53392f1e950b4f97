using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Broken hash functions.</summary>
internal sealed class GoWeakHash() : ScriptRule(new RuleInfo(
    "go-weak-hash",
    "Broken hash function",
    Category.Security,
    Severity.Low,
    Languages.Go,
    "Two texts with the same hash can be made for MD5 and SHA-1.",
    "sha256.New(); for passwords bcrypt or argon2.",
    "CWE-328"))
{
    private static readonly Regex Fault = Pattern.Timed(@"(?<![\w.])(?:md5|sha1)\.(?:New|Sum)\s*\(");

    public override IReadOnlyList<string> Triggers => ["md5.", "sha1."];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Fault))
        {
            yield return Found(file, match.Index, match.Index + match.Length);
        }
    }
}
