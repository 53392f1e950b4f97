using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Text that is run as code.</summary>
internal sealed class PythonCodeInjection() : ScriptRule(new RuleInfo(
    "py-code-injection",
    "Text is run as code",
    Category.Security,
    Severity.High,
    Languages.Python,
    "The text is run as code and is not constant: whoever has a say in it runs what they like with the rights of this process.",
    "ast.literal_eval or json.loads for data; a dictionary of functions for choices.",
    "CWE-95"))
{
    private static readonly Regex Eval = Pattern.Timed(@"(?<![\w.])(?:eval|exec)\s*\(");
    private static readonly Regex Compiled = Pattern.Timed(@"^compile\s*\(|^code\b|code$|\bcode_?ob\w*$|_code$");

    public override IReadOnlyList<string> Triggers => ["eval", "exec"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Eval).Where(c => c.Arguments.Count > 0))
        {
            var defined = file.Code.AsSpan(0, start).TrimEnd().EndsWith("def");
            if (!defined && !Expressions.IsConstant(file, arguments[0]) && !Compiled.IsMatch(Code(file, arguments[0])))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
