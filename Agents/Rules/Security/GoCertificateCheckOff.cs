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

    public override IReadOnlyList<string> Triggers => ["InsecureSkipVerify"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Fault))
        {
            yield return Found(file, match.Index, match.Index + match.Length);
        }
    }
}
