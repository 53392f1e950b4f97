using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Passwords inside addresses and connection strings.</summary>
internal sealed class SecretConnection() : SecretRule(new RuleInfo(
    "secret-in-connection-string",
    "Password in an address or connection string",
    Category.Security,
    Severity.High,
    Languages.Any,
    "The address holds a password: everybody who can read the repository, or any copy of its history, has it.",
    "Replace the password, and read the address from the environment or a vault.",
    "CWE-798"))
{
    private static readonly Regex Placeholder = Pattern.Linear(@"^(password|passwd|pass|pwd|secret|postgres|root|admin|user|guest|example|test|mysecretpassword|changeme|x+|\*+|\.+)$|example|your|change|placeholder|[<>${}%]|\(blanked", ignoreCase: true);
    private static readonly Regex LocalHost = Pattern.Linear(@"localhost|127\.0\.0\.1|::1|example\.|\.test\b|(server|host|data source)\s*=\s*(\.|db|\(local\)?)\s*;", ignoreCase: true);

    public override IReadOnlyList<string> Triggers => ["://", "assword=", "Pwd="];

    protected override Regex Secret { get; } = Pattern.Timed(
        @"\b(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|rediss|amqps?|ftp|https?|smtp)://[\w.-]+:(?<v>[^@\s:/'""]{4,60})@[\w.-]+|(?:Server|Data Source|Host)\s*=[^'""\n]{1,80};\s*(?:[^'""\n]{0,120};)?\s*(?:Password|Pwd)\s*=\s*(?<v>[^;'""\s]{4,60})",
        ignoreCase: true);

    protected override bool IsReal(SourceFile file, Match match) =>
        !Placeholder.IsMatch(match.Groups["v"].Value) && !LocalHost.IsMatch(match.Value);
}
