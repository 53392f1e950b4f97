using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Debuggers open to the network.</summary>
internal sealed class PythonDebugServer() : ScriptRule(new RuleInfo(
    "py-flask-debug",
    "Web server started with its debugger",
    Category.Security,
    Severity.Medium,
    Languages.Python,
    "The debugger of the page runs any code for whoever can reach it.",
    "debug=False; switch it on by an environment variable in development.",
    "CWE-489",
    HasFix: true))
{
    private static readonly Regex Run = Pattern.Timed(@"(?<![\w.])(?:app|application)\.run\s*\(");
    private static readonly Regex Debug = Pattern.Linear(@"^debug\s*=\s*True$");

    public override IReadOnlyList<string> Triggers => ["debug"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Run))
        {
            foreach (var argument in arguments.Where(a => Debug.IsMatch(Code(file, a))))
            {
                yield return Found(file, start, CloseOf(file, open), fix: Replace(file, argument.Start, argument.End, "debug=False", "Start without the debugger."));
            }
        }
    }
}
