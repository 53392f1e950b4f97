using System.Text.RegularExpressions;

namespace Agents.Rules.Security;

/// <summary>Files that everybody may change.</summary>
internal sealed class ShellWorldWritable() : LineRule(new RuleInfo(
    "sh-world-writable",
    "File that everybody may write",
    Category.Security,
    Severity.Medium,
    Languages.Shell,
    "Every account of the machine, also one that was broken into, may change the file.",
    "Give the rights to the account or group that needs them: 750, 640.",
    "CWE-732"))
{
    public override IReadOnlyList<string> Triggers => ["chmod"];

    protected override Regex Fault { get; } = Pattern.Linear(@"\bchmod\s+(?:-[A-Za-z]+\s+)*(?:0?[0-7][0-7][2367]|[ao]*[ao][ao]*\+[rx]*w[rx]*)\s");
}
