using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Certificate checks switched off.</summary>
internal sealed class PythonCertificateCheckOff() : ScriptRule(new RuleInfo(
    "py-certificate-check-off",
    "Any TLS certificate is accepted",
    Category.Security,
    Severity.High,
    Languages.Python,
    "Every certificate is accepted, so anyone on the way can read and change the traffic.",
    "Leave the check on; trust a private authority with verify=path or load_verify_locations.",
    "CWE-295",
    HasFix: true))
{
    private static readonly Regex Verify = Pattern.Timed(@"(?<![\w.])(?:requests|httpx|session|self\.session|client|s)\.(?:get|post|put|delete|head|patch|request|Client|AsyncClient)\s*\(");
    private static readonly Regex Off = Pattern.Timed(@"^verify\s*=\s*(?<v>False)$");
    private static readonly Regex Context = Pattern.Timed(@"(?<![\w.])ssl\._create_unverified_context\b|\.verify_mode\s*=\s*ssl\.CERT_NONE\b");
    private static readonly Regex Attribute = Pattern.Timed(@"\bsession\.verify\s*=\s*(?<v>False)\b");

    public override IReadOnlyList<string> Triggers => ["verify", "_create_unverified_context"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Verify))
        {
            foreach (var argument in arguments.Where(a => Off.IsMatch(Code(file, a))))
            {
                var fix = Replace(file, argument.End - 5, argument.End, "True", "Check certificates.");
                yield return Found(file, argument.Start, argument.End, fix: fix);
            }
        }

        foreach (var match in Matches(file, Context))
        {
            yield return Found(file, match.Index, match.Index + match.Length);
        }

        foreach (var match in Matches(file, Attribute))
        {
            var value = match.Groups["v"];
            yield return Found(file, match.Index, match.Index + match.Length, fix: Replace(file, value.Index, value.Index + value.Length, "True", "Check certificates."));
        }
    }
}
