using System.Text.RegularExpressions;

namespace Agents.Rules.Security;

/// <summary>Containers that are the host.</summary>
internal sealed class YamlPrivileged() : LineRule(new RuleInfo(
    "yaml-privileged-container",
    "Privileged container",
    Category.Security,
    Severity.High,
    Languages.Yaml,
    "The container has all rights of the host: whoever breaks into it has the machine.",
    "Leave it out; name the single capabilities that are needed under capabilities.add.",
    "CWE-250"))
{
    public override IReadOnlyList<string> Triggers => ["privileged"];

    protected override Regex Fault { get; } = Pattern.Linear(@"^\s*(?:-\s+)?privileged:\s*true\b");
}
