using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Values run as code.</summary>
internal sealed class ShellEvalValue() : LineRule(new RuleInfo(
    "sh-eval-value",
    "eval of a value",
    Category.Security,
    Severity.Medium,
    Languages.Shell,
    "The value is read as shell code once more: spaces, quotes and $(…) in it become commands.",
    "Use an array for commands, ${!name} or a case for names.",
    "CWE-78"))
{
    public override IReadOnlyList<string> Triggers => ["eval"];

    protected override Regex Fault { get; } = Pattern.Linear(@"(?:^|[;&|]|\bthen|\bdo)\s*eval\s+[^\n]*\$(?:\{?\w|[@*\d])");

    // What getopt has quoted; and a command that a variable holds on purpose, when nothing is joined to it.
    private static readonly Regex IsMeant = Pattern.Linear(@"eval\s+(?:set\s+--\s|""?\$\{?[A-Za-z_]\w*\}?""?\s*(?:$|[;&|)]))");

    protected override bool IsReal(SourceFile file, Match match) =>
        !match.Value.Contains("$(", StringComparison.Ordinal) && !IsMeant.IsMatch(file.Text[match.Index..file.Lines.End(file.Lines.LineAt(match.Index + match.Length - 1))]);
}
