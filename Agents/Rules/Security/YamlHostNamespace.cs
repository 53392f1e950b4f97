using System.Text.RegularExpressions;

namespace Agents.Rules.Security;

/// <summary>Containers in the namespaces of the host.</summary>
internal sealed class YamlHostNamespace() : LineRule(new RuleInfo(
    "yaml-host-namespace",
    "Container in a namespace of the host",
    Category.Security,
    Severity.Medium,
    Languages.Yaml,
    "The container sees the network, the processes or the memory of the host as its own.",
    "Leave it out; publish the ports that are needed.",
    "CWE-668"))
{
    public override IReadOnlyList<string> Triggers => ["host"];

    protected override Regex Fault { get; } = Pattern.Linear(@"^\s*(?:-\s+)?host(?:Network|PID|IPC):\s*true\b|^\s*(?:network_mode|pid|ipc):\s*[""']?host[""']?\s*$");
}
