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

    protected override bool IsReal(SourceFile file, Match match) => !match.Value.Contains("$(", StringComparison.Ordinal);
}
