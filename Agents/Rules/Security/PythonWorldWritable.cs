using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Files that every user may change.</summary>
internal sealed class PythonWorldWritable() : ScriptRule(new RuleInfo(
    "py-world-writable",
    "File made writable for everybody",
    Category.Security,
    Severity.Medium,
    Languages.Python,
    "Every user and process of the machine may change this file.",
    "0o600 or 0o640; 0o700 for folders.",
    "CWE-732"))
{
    private static readonly Regex Chmod = Pattern.Timed(@"(?<![\w])(?:os\.chmod\s*\([^()]*,|\.chmod\s*\()\s*(?<m>0o?[0-7]{3,4})\s*\)");

    public override IReadOnlyList<string> Triggers => ["chmod"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Chmod))
        {
            if ((match.Groups["m"].Value[^1] - '0') is 2 or 3 or 6 or 7)
            {
                yield return Found(file, match.Index, match.Index + match.Length);
            }
        }
    }
}
