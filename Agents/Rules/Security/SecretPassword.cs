using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Passwords and keys as literals.</summary>
internal sealed class SecretPassword() : SecretRule(new RuleInfo(
    "secret-hardcoded-password",
    "Password or key in the source",
    Category.Security,
    Severity.High,
    Languages.Any,
    "A secret stands in the source: everybody who can read the repository, or any copy of its history, has it.",
    "Replace the secret, and read the new one from the environment or a vault.",
    "CWE-798"))
{
    private const double LeastEntropy = 3.0;
    private static readonly Regex Placeholder = Pattern.Timed(
        @"example|sample|change|replace|your|dummy|placeholder|test|fake|mock|demo|todo|default|xxx|\*\*\*|\.\.\.|<|>|\$|\{|%|^(?:\w+[._-])*(?:password|secret|token|key)\d?$|1234|abcd|process\.env|https?:|^/|^[a-z]+(?:[A-Z][a-z]+)+\d?$|^[\w]+(?:[.:][\w]+)+$|^[A-Z_]+$",
        ignoreCase: false);
    private static readonly Regex IgnoringCase = Pattern.Linear("example|sample|change|replace|your|dummy|placeholder|test|fake|mock|demo|password|secret", ignoreCase: true);

    public override IReadOnlyList<string> Triggers => ["assw", "ASSW", "ecret", "ECRET", "oken", "OKEN", "ey", "EY", "pwd", "PWD", "Pwd"];

    protected override Regex Secret { get; } = Pattern.Timed(
        @"(?<![A-Za-z])(?:\w{0,30}[_-]?)?(?:password|passwd|pwd|passphrase|client_?secret|secret_?key|api_?key|api_?secret|auth_?token|access_?token|private_?key|encryption_?key)['""]?\s*(?:=|:|:=)\s*['""](?<v>[^'""\s]{8,80})['""]",
        ignoreCase: true);

    protected override bool IsReal(SourceFile file, Match match)
    {
        var value = match.Groups["v"].Value;
        return value.Any(char.IsAsciiDigit) && value.Any(char.IsAsciiLetter) && !Placeholder.IsMatch(value) && !IgnoringCase.IsMatch(value) && Entropy(value) >= LeastEntropy;
    }

    /// <summary>Bits per character: words have few.</summary>
    private static double Entropy(string value) =>
        value.GroupBy(c => c).Select(g => (double)g.Count() / value.Length).Sum(p => -p * Math.Log2(p));
}
