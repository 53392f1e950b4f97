using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Command lines built from values.</summary>
internal sealed class JavaCommandInjection() : ScriptRule(new RuleInfo(
    "java-command-injection",
    "Command line put together from values",
    Category.Security,
    Severity.High,
    Languages.Java,
    "Words of the value become further arguments, and with a shell further commands.",
    "new ProcessBuilder with each argument on its own, and no shell.",
    "CWE-78"))
{
    private static readonly Regex Call = Pattern.Timed(@"(?:getRuntime\s*\(\s*\)\s*\.\s*exec|new\s+ProcessBuilder)\s*\(");

    public override IReadOnlyList<string> Triggers => ["exec", "ProcessBuilder"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Call))
        {
            if (arguments.Any(argument => BuiltArgument.IsBuilt(file, argument)))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
