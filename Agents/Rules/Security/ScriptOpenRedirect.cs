using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Redirects to an address from the request.</summary>
internal sealed class ScriptOpenRedirect() : ScriptRule(new RuleInfo(
    "js-open-redirect",
    "Redirect to an address from the request",
    Category.Security,
    Severity.Medium,
    Languages.Script,
    "The link to this site leads wherever its parameter says, which phishing uses.",
    "Redirect to paths only, or to a list of known addresses.",
    "CWE-601"))
{
    private static readonly Regex Redirect = Pattern.Timed(@"(?<![\w$.])(?:res|response|ctx|reply)\.redirect\s*\(");
    private static readonly Regex Parameter = Pattern.Timed(@"^(?:req|request|ctx)\.(?:query|params|body)[.\[][^+]*$");

    public override IReadOnlyList<string> Triggers => ["redirect"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Redirect).Where(c => c.Arguments.Count > 0))
        {
            var target = arguments[^1];
            var direct = Parameter.IsMatch(Code(file, target));
            var named = Expressions.IsName(file, target) && Assignments.Of(file, Code(file, target), target.Start).Any(v => Parameter.IsMatch(Code(file, v)));
            if (direct || named)
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
