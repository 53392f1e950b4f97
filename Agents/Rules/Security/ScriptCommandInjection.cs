using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Shell commands put together from values.</summary>
internal sealed class ScriptCommandInjection() : ScriptRule(new RuleInfo(
    "js-command-injection",
    "Shell command built from values",
    Category.Security,
    Severity.High,
    Languages.Script,
    "The command goes through a shell and is put together from values; a value with ; or $( ) in it runs further commands.",
    "execFile or spawn with an array of arguments and without shell: true.",
    "CWE-78"))
{
    private static readonly Regex Exec = Pattern.Timed(@"(?<![\w$.])(?:(?:child_?[pP]rocess|cp|proc|shell|shelljs)\.)?(?:exec|execSync|execAsync|execPromise)\s*\(");
    private static readonly Regex Spawn = Pattern.Timed(@"(?<![\w$])(?:spawn|spawnSync|execFile|execFileSync)\s*\(");
    private static readonly Regex ShellOption = Pattern.Linear(@"\bshell\s*:\s*true\b");
    private static readonly Regex ShellProgram = Pattern.Linear(@"^.((/usr)?/bin/)?(sh|bash|zsh|cmd|cmd\.exe|powershell|pwsh).$");

    public override IReadOnlyList<string> Triggers => ["child_process", "shelljs", "execa"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Exec))
        {
            if (arguments.Count > 0 && Expressions.IsBuiltText(file, arguments[0]))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }

        foreach (var (start, open, arguments) in Calls(file, Spawn))
        {
            var shell = arguments.Count > 1 && (ShellOption.IsMatch(Code(file, arguments[^1])) || ShellProgram.IsMatch(Text(file, arguments[0])));
            if (shell && (Expressions.IsBuiltText(file, arguments[0]) || (arguments.Count > 1 && HasBuiltElement(file, arguments[1]))))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }

    private static bool HasBuiltElement(SourceFile file, Span list) =>
        file.Code[list.Start] == '[' && file.Brackets.Partner(list.Start) == list.End - 1
        && Expressions.Split(file, list.Start + 1, list.End - 1, ',').Any(e => Expressions.IsBuiltText(file, e));
}
