using System.Text.RegularExpressions;

namespace Agents.Rules.Security;

/// <summary>Scripts from the network run while an image is built.</summary>
internal sealed class DockerPipedDownload() : LineRule(new RuleInfo(
    "docker-download-to-shell",
    "Download run by a shell at once",
    Category.Security,
    Severity.Medium,
    Languages.Docker,
    "What the server sends on that day is run as root, and the image holds what it did.",
    "Download to a file, compare its checksum, then run it.",
    "CWE-494"))
{
    public override IReadOnlyList<string> Triggers => ["curl", "wget"];

    protected override Regex Fault { get; } = Pattern.Linear(@"\b(?:curl|wget)\b[^\n|;]*\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b");
}
