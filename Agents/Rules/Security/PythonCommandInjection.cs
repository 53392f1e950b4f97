using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Shell commands put together from values.</summary>
internal sealed class PythonCommandInjection() : ScriptRule(new RuleInfo(
    "py-command-injection",
    "Shell command built from values",
    Category.Security,
    Severity.High,
    Languages.Python,
    "The command goes through a shell and is put together from values; a value with ; or $( ) in it runs further commands.",
    "subprocess.run with a list of arguments and without shell=True; shlex.quote where a shell is needed.",
    "CWE-78"))
{
    private static readonly Regex System = Pattern.Timed(@"(?<![\w.])(?:os\.(?:system|popen)|commands\.getoutput|subprocess\.get(?:status)?output)\s*\(");
    private static readonly Regex Subprocess = Pattern.Timed(@"(?<![\w.])(?:subprocess\.)?(?:run|call|check_call|check_output|Popen)\s*\(|create_subprocess_shell\s*\(");
    private static readonly Regex Shell = Pattern.Linear(@"^shell\s*=\s*True$");

    public override IReadOnlyList<string> Triggers => ["os.", "subprocess", "commands."];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, System).Where(c => c.Arguments.Count > 0))
        {
            if (Expressions.IsBuiltText(file, arguments[0]))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }

        foreach (var (start, open, arguments) in Calls(file, Subprocess).Where(c => c.Arguments.Count > 0))
        {
            var shell = arguments.Any(a => Shell.IsMatch(Code(file, a))) || file.Code.AsSpan(start, open - start).Contains("_shell", StringComparison.Ordinal);
            if (shell && Expressions.IsBuiltText(file, arguments[0]))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
