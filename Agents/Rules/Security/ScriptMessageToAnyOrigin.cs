using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Messages that any page can receive.</summary>
internal sealed class ScriptMessageToAnyOrigin() : ScriptRule(new RuleInfo(
    "js-message-to-any-origin",
    "Message sent to any origin",
    Category.Security,
    Severity.Medium,
    Languages.Script,
    "Whatever page is in the other window receives the message, also one that an attacker navigated there.",
    "Name the origin instead of '*'.",
    "CWE-346"))
{
    private static readonly Regex Post = Pattern.Timed(@"\.postMessage\s*\(");

    public override IReadOnlyList<string> Triggers => ["postMessage"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Post).Where(c => c.Arguments.Count >= 2))
        {
            if (Text(file, arguments[1]) is "'*'" or "\"*\"" or "`*`")
            {
                yield return Found(file, start + 1, CloseOf(file, open));
            }
        }
    }
}
