using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Removals from the root when a variable is empty.</summary>
internal sealed class ShellRemoveUnset() : LineRule(new RuleInfo(
    "sh-remove-unset",
    "rm -r of a variable that may be empty",
    Category.Quality,
    Severity.High,
    Languages.Shell,
    "When the variable is empty or misspelt, the path begins at the root of the file system.",
    "Write ${name:?} so that the script stops there, or begin it with set -u."))
{
    private static readonly Regex HasNounset = Pattern.Linear(@"^\s*set\s+(?:-[a-z]*u|-o\s+nounset)|^#!.*sh\s+-[a-z]*u");

    public override IReadOnlyList<string> Triggers => ["rm "];

    protected override Regex Fault { get; } = Pattern.Linear(@"\brm\s+(?:-[A-Za-z]*[rR][A-Za-z]*\s+|-[A-Za-z]+\s+|--\s+)+""?\$(?:\w+|\{\w+\})""?/");

    // The shell itself sets these two.
    private static readonly Regex AlwaysSet = Pattern.Linear(@"\$\{?(?:PWD|OLDPWD)\b");

    protected override bool IsReal(SourceFile file, Match match) => !AlwaysSet.IsMatch(match.Value) && !HasNounset.IsMatch(file.Text);
}
