using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Secrets that can be guessed.</summary>
internal sealed class GoInsecureRandom() : ScriptRule(new RuleInfo(
    "go-insecure-random",
    "Secret from a generator that can be predicted",
    Category.Security,
    Severity.Medium,
    Languages.Go,
    "Who has seen a few numbers, or knows when the program began, can work out the next ones.",
    "crypto/rand",
    "CWE-338"))
{
    private static readonly Regex Fault = Pattern.Timed(@"\b(?i:\w*(?:token|secret|password|passwd|nonce|salt|session_?id|apikey|otp))\w*\s*(?::=|=)\s*[^\n]*\brand\.(?:Int|Intn|Int31|Int31n|Int63|Int63n|Uint32|Uint64|Read|Perm)\s*\(");

    public override IReadOnlyList<string> Triggers => ["math/rand"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Fault))
        {
            if (!file.Text.Contains("\"crypto/rand\"", StringComparison.Ordinal))
            {
                yield return Found(file, match.Index, match.Index + match.Length);
            }
        }
    }
}
