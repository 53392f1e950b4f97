using System.Text.RegularExpressions;

namespace Agents.Rules.Security;

/// <summary>Scripts from the network that are run unseen.</summary>
internal sealed class ShellPipedDownload() : LineRule(new RuleInfo(
    "sh-download-to-shell",
    "Download run by a shell at once",
    Category.Security,
    Severity.High,
    Languages.Shell,
    "What the server sends, or somebody on the way, is run without a look; a download that breaks off is run by half.",
    "Download to a file, compare its checksum with one that is in the repository, then run it.",
    "CWE-494"))
{
    public override IReadOnlyList<string> Triggers => ["curl", "wget"];

    protected override Regex Fault { get; } = Pattern.Linear(@"\b(?:curl|wget)\b[^\n|;]*\|\s*(?:sudo\s+(?:-\w+\s+)*)?(?:ba|z|da|k)?sh\b");
}
