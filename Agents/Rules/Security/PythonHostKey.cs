using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Hosts that nobody checks.</summary>
internal sealed class PythonHostKey() : ScriptRule(new RuleInfo(
    "py-host-key-accepted",
    "Any SSH host key is accepted",
    Category.Security,
    Severity.High,
    Languages.Python,
    "Whoever answers first is believed to be the host, so anyone on the way can take the session over.",
    "RejectPolicy, with known_hosts loaded.",
    "CWE-295"))
{
    private static readonly Regex Policy = Pattern.Timed(@"\.set_missing_host_key_policy\s*\(\s*(?:paramiko\.)?(?:client\.)?(?:AutoAddPolicy|WarningPolicy)\b");

    public override IReadOnlyList<string> Triggers => ["set_missing_host_key_policy"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Policy))
        {
            yield return Found(file, match.Index + 1, match.Index + match.Length);
        }
    }
}
