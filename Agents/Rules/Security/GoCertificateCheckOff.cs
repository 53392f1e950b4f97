using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Any certificate is good.</summary>
internal sealed class GoCertificateCheckOff() : ScriptRule(new RuleInfo(
    "go-certificate-check-off",
    "Any TLS certificate is accepted",
    Category.Security,
    Severity.High,
    Languages.Go,
    "Every certificate is accepted, so anyone on the way can read and change the traffic.",
    "Leave it out; trust a private authority by RootCAs.",
    "CWE-295"))
{
    private static readonly Regex Fault = Pattern.Timed(@"\bInsecureSkipVerify\s*[:=]+\s*true\b");

    // Beside it: the certificate is checked by other means. On the line: its author's own checker was told that it is known.
    private static readonly Regex OwnCheck = Pattern.Linear(@"\b(?:VerifyPeerCertificate|VerifyConnection)\s*[:=]");
    private static readonly Regex Accepted = Pattern.Linear(@"//\s*(?:#nosec\b|nolint:[\w,]*(?:gosec|all))");
    private const int Near = 600;

    public override IReadOnlyList<string> Triggers => ["InsecureSkipVerify"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Fault).Where(match => !IsKnown(file, match)))
        {
            yield return Found(file, match.Index, match.Index + match.Length);
        }
    }

    private static bool IsKnown(SourceFile file, Match match)
    {
        var line = file.Lines.LineAt(match.Index);
        return Accepted.IsMatch(file.Text[file.Lines.Start(line)..file.Lines.End(line)])
            || OwnCheck.IsMatch(file.Code[Math.Max(0, match.Index - Near)..Math.Min(file.Code.Length, match.Index + Near)]);
    }
}
