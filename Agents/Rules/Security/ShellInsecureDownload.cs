using System.Text.RegularExpressions;

namespace Agents.Rules.Security;

/// <summary>Downloads that take any certificate.</summary>
internal sealed class ShellInsecureDownload() : LineRule(new RuleInfo(
    "sh-certificate-check-off",
    "Download without the certificate check",
    Category.Security,
    Severity.Medium,
    Languages.Shell,
    "Any certificate is accepted, so anyone on the way can change what is downloaded.",
    "Leave the check on; name a private authority with --cacert.",
    "CWE-295"))
{
    public override IReadOnlyList<string> Triggers => ["curl", "wget", "git"];

    protected override Regex Fault { get; } = Pattern.Linear(@"\bcurl\b[^\n;|]*\s(?:-[A-Za-z]*k[A-Za-z]*\b|--insecure\b)|\bwget\b[^\n;|]*\s--no-check-certificate\b|\bgit\s+(?:-c\s+|config\s+[^\n]*)http\.sslVerify[ =]false\b");
}
