using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Tokens whose form says whose they are.</summary>
internal sealed class SecretProviderToken() : SecretRule(new RuleInfo(
    "secret-provider-token",
    "Access token in the source",
    Category.Security,
    Severity.High,
    Languages.Any,
    "The form of this text is that of a live access token; everybody who can read the repository has it.",
    "Revoke the token, and read the new one from the environment or a vault.",
    "CWE-798",
    InTests: true))
{
    private static readonly Regex Example = Pattern.Timed(@"EXAMPLE|example|0{6}|1234567|abcdef|x{6}|X{6}");

    public override IReadOnlyList<string> Triggers => ["AKIA", "ASIA", "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "sk_live_", "rk_live_", "AIza", "npm_", "SG."];

    protected override Regex Secret { get; } = Pattern.Timed(
        @"(?<![A-Za-z0-9_-])(?<v>(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pos]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,90}|glpat-[A-Za-z0-9_-]{20}|xox[bp]-[0-9]{9,}-[A-Za-z0-9-]{20,}|[sr]k_live_[A-Za-z0-9]{24,}|AIza[A-Za-z0-9_-]{35}|npm_[A-Za-z0-9]{36}|SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])");

    protected override bool IsReal(SourceFile file, Match match) => !Example.IsMatch(match.Value);
}
