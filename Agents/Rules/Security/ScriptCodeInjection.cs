using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Text that is run as code.</summary>
internal sealed class ScriptCodeInjection() : ScriptRule(new RuleInfo(
    "js-code-injection",
    "Text is run as code",
    Category.Security,
    Severity.High,
    Languages.Script,
    "The text is run as code and is not constant: whoever has a say in it runs what they like with the rights of this process.",
    "Parse data with JSON.parse; replace computed code by a table of functions.",
    "CWE-95"))
{
    private static readonly Regex Eval = Pattern.Timed(@"(?<![\w$.])(?:(?:window|global|globalThis|self)\.)?eval\s*\(");
    private static readonly Regex Function = Pattern.Timed(@"(?<![\w$.])new\s+(?:Async)?Function\s*\(");
    private static readonly Regex Vm = Pattern.Timed(@"(?<![\w$])vm\.runIn(?:This|New)?Context\s*\(");
    private static readonly Regex Timer = Pattern.Timed(@"(?<![\w$.])(?:(?:window|global)\.)?set(?:Timeout|Interval)\s*\(");

    public override IReadOnlyList<string> Triggers => ["eval", "Function", "runIn", "setTimeout", "setInterval"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Eval).Where(c => c.Arguments.Count > 0))
        {
            if (!Expressions.IsConstant(file, arguments[0]))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }

        foreach (var (start, open, arguments) in Calls(file, Function).Where(c => c.Arguments.Count > 0))
        {
            if (!Expressions.IsConstant(file, arguments[^1]))
            {
                yield return Found(file, start, CloseOf(file, open), "A function is compiled from text that is not constant: whoever has a say in the text runs what they like.", severity: Severity.Medium);
            }
        }

        foreach (var (start, open, arguments) in Calls(file, Vm).Where(c => c.Arguments.Count > 0))
        {
            if (!Expressions.IsConstant(file, arguments[0]))
            {
                yield return Found(file, start, CloseOf(file, open), "The vm module runs this text as code, and is no sandbox: code in it can reach the process.", severity: Severity.Medium);
            }
        }

        foreach (var (start, open, arguments) in Calls(file, Timer).Where(c => c.Arguments.Count > 0))
        {
            if (file.LiteralFrom(arguments[0].Start) is { Kind: RegionKind.Text or RegionKind.Template } && Expressions.IsBuiltText(file, arguments[0]))
            {
                yield return Found(file, start, CloseOf(file, open), "A timer gets text that is put together from values, and runs it as code.");
            }
        }
    }
}
