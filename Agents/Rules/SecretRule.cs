using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules;

/// <summary>A rule that looks for secrets in any text, comments included, and blanks them in what it reports.</summary>
internal abstract class SecretRule(RuleInfo info) : Rule(info)
{
    /// <summary>The group <c>v</c> is the secret.</summary>
    protected abstract Regex Secret { get; }

    protected virtual bool IsReal(SourceFile file, Match match) => true;

    public sealed override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (Match match in Secret.Matches(file.Text))
        {
            if (IsReal(file, match))
            {
                var finding = Found(file, match.Index, match.Index + match.Length);
                yield return finding with { Snippet = finding.Snippet.Replace(match.Groups["v"].Value, Blanked(match.Groups["v"].Value), StringComparison.Ordinal) };
            }
        }
    }

    private static string Blanked(string secret) => string.Concat(secret.AsSpan(0, Math.Min(4, secret.Length / 4)), "...(blanked)");
}
