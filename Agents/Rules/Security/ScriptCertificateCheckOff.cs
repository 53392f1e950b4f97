using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Certificate checks switched off.</summary>
internal sealed class ScriptCertificateCheckOff() : ScriptRule(new RuleInfo(
    "js-certificate-check-off",
    "Any TLS certificate is accepted",
    Category.Security,
    Severity.High,
    Languages.Script,
    "Every certificate is accepted, so anyone on the way can read and change the traffic.",
    "Leave the check on; trust a private authority through the ca option.",
    "CWE-295",
    HasFix: true))
{
    private static readonly Regex Option = Pattern.Timed(@"(?<![\w$])['""]?(?:rejectUnauthorized|strictSSL)['""]?\s*[:=]\s*(?<v>false)\b");
    private static readonly Regex Variable = Pattern.Timed(@"NODE_TLS_REJECT_UNAUTHORIZED['""]?\]?\s*=(?!=)\s*(?<v>['""] ['""]|0)");

    public override IReadOnlyList<string> Triggers => ["rejectUnauthorized", "strictSSL", "NODE_TLS_REJECT_UNAUTHORIZED"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Option))
        {
            var value = match.Groups["v"];
            yield return Found(file, match.Index, match.Index + match.Length, fix: Replace(file, value.Index, value.Index + value.Length, "true", "Check certificates."));
        }

        foreach (var match in Matches(file, Variable))
        {
            var value = match.Groups["v"];
            if (file.Text.Substring(value.Index, value.Length).Contains('0', StringComparison.Ordinal))
            {
                yield return Found(file, match.Index, match.Index + match.Length);
            }
        }
    }
}
