using System.Text.RegularExpressions;

namespace Agents.Rules.Security;

/// <summary>Files from the network in images.</summary>
internal sealed class DockerRemoteAdd() : LineRule(new RuleInfo(
    "docker-remote-add",
    "File added from the network without a checksum",
    Category.Security,
    Severity.Medium,
    Languages.Docker,
    "The file is put into the image as the server sends it on that day; nobody notices when it is another one.",
    "ADD --checksum=sha256:… URL, or RUN with curl and sha256sum -c.",
    "CWE-494"))
{
    public override IReadOnlyList<string> Triggers => ["ADD", "add"];

    protected override Regex Fault { get; } = Pattern.Linear(@"^\s*ADD\s+(?:--ch(?:own|mod)=\S+\s+)*https?://\S+", ignoreCase: true);
}
