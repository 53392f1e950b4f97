using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Private keys in the repository.</summary>
internal sealed class SecretPrivateKey() : SecretRule(new RuleInfo(
    "secret-private-key",
    "Private key in the source",
    Category.Security,
    Severity.High,
    Languages.Any,
    "Everybody who can read the repository, or any copy of its history, has this key.",
    "Replace the key, and keep the new one in a vault.",
    "CWE-321"))
{
    public override IReadOnlyList<string> Triggers => ["PRIVATE KEY"];

    protected override Regex Secret { get; } = Pattern.Timed(@"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----(?:\\n|\r?\n|\s)*(?<v>[A-Za-z0-9+/=:,\- ]{30,})");
}
