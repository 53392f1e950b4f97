using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Any site may call with the user's credentials.</summary>
internal sealed class ScriptCorsReflected() : ScriptRule(new RuleInfo(
    "js-cors-any-origin-credentials",
    "Any origin may call with credentials",
    Category.Security,
    Severity.High,
    Languages.Script,
    "Every site a user visits may call this API with the user's cookies and read the answers.",
    "Compare the origin with a list.",
    "CWE-942"))
{
    private static readonly Regex Cors = Pattern.Timed(@"(?<![\w$.])cors\s*\(");
    private static readonly Regex AnyOrigin = Pattern.Linear(@"\borigin\s*:\s*true\b");
    private static readonly Regex Credentials = Pattern.Linear(@"\bcredentials\s*:\s*true\b");

    public override IReadOnlyList<string> Triggers => ["credentials"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Cors).Where(c => c.Arguments.Count > 0))
        {
            var options = Code(file, arguments[0]);
            if (AnyOrigin.IsMatch(options) && Credentials.IsMatch(options))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
