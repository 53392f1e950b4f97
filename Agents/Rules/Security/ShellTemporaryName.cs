using System.Text.RegularExpressions;

namespace Agents.Rules.Security;

/// <summary>Temporary files with names that can be guessed.</summary>
internal sealed class ShellTemporaryName() : LineRule(new RuleInfo(
    "sh-temporary-name",
    "Temporary file with a name that can be guessed",
    Category.Security,
    Severity.Low,
    Languages.Shell,
    "Another account can put a link of that name there first, and the script writes where the link leads.",
    "file=$(mktemp)",
    "CWE-377"))
{
    public override IReadOnlyList<string> Triggers => ["/tmp/"];

    protected override Regex Fault { get; } = Pattern.Linear(@">\s*""?/tmp/[\w.-]*(?:\$\$|\$\{\$\})?[\w.-]*""?");
}
