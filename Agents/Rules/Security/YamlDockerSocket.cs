using System.Text.RegularExpressions;

namespace Agents.Rules.Security;

/// <summary>The container engine within reach of a container.</summary>
internal sealed class YamlDockerSocket() : LineRule(new RuleInfo(
    "yaml-docker-socket",
    "Socket of the container engine in a container",
    Category.Security,
    Severity.High,
    Languages.Yaml,
    "Whoever can write to the socket can start a container with all rights: it is root on the host.",
    "Leave it out, or put a proxy before it that lets through what is needed.",
    "CWE-250"))
{
    public override IReadOnlyList<string> Triggers => ["docker.sock"];

    protected override Regex Fault { get; } = Pattern.Linear(@"^\s*-\s*[""']?/(?:var/)?run/docker\.sock:|^\s*path:\s*[""']?/(?:var/)?run/docker\.sock\b");
}
