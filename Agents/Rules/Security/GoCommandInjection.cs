using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Command lines built from values.</summary>
internal sealed class GoCommandInjection() : ScriptRule(new RuleInfo(
    "go-command-injection",
    "Shell command put together from values",
    Category.Security,
    Severity.High,
    Languages.Go,
    "The shell reads the value as code: quotes, semicolons and $(…) in it become commands.",
    "exec.Command with the program and each argument on its own, and no shell.",
    "CWE-78"))
{
    private static readonly Regex Call = Pattern.Timed(@"\bexec\.Command(?:Context)?\s*\(");

    private static readonly Regex IsShell = Pattern.Linear(@"""(?:/bin/)?(?:ba|z|da)?sh"",\s*""-\w*c""|""cmd(?:\.exe)?"",\s*""/[cC]""");

    public override IReadOnlyList<string> Triggers => ["exec.Command"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Call))
        {
            if (IsShell.IsMatch(Text(file, new Span(open, CloseOf(file, open)))) && arguments.Any(argument => BuiltArgument.IsBuilt(file, argument)))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
