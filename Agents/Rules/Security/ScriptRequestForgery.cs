using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Addresses from a request that the server then calls.</summary>
internal sealed class ScriptRequestForgery() : ScriptRule(new RuleInfo(
    "js-server-side-request-forgery",
    "Server calls an address from a request",
    Category.Security,
    Severity.High,
    Languages.Script,
    "The caller decides which address this server calls, addresses inside the network included.",
    "Allow a list of hosts, and refuse private addresses after resolving.",
    "CWE-918"))
{
    private static readonly Regex Call = Pattern.Timed(@"(?<![\w$.])(?:fetch|axios(?:\.(?:get|post|put|head|request))?|got(?:\.\w+)?|superagent\.\w+|needle\.\w+|https?\.(?:get|request))\s*\(");
    private static readonly Regex WholeUrl = Pattern.Timed(@"^(?:[\w$.]+|[\w$.]+\[.*\])$");

    public override IReadOnlyList<string> Triggers => ["req.", "request.", "ctx."];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Call).Where(c => c.Arguments.Count > 0))
        {
            if (WholeUrl.IsMatch(Code(file, arguments[0])) && RequestValues.In(file, arguments[0], depth: 1) && !FunctionText(file, start).Contains("allow", StringComparison.OrdinalIgnoreCase))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
