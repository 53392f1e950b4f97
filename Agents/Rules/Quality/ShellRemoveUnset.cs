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

    protected override Regex Fault { get; } = Pattern.Linear(@"\brm\s+(?:-[A-Za-z]+\s+|--\s+)*-[A-Za-z]*[rR][A-Za-z]*\s+(?:-[A-Za-z]+\s+|--\s+)*""?\$(?:\w+|\{\w+\})""?/(?:[""\s;&|*$]|$|(?:bin|boot|dev|etc|home|lib\w*|mnt|opt|proc|root|run|s?bin|srv|sys|tmp|usr|var)\b)");

    // The shell itself sets these two.
    private static readonly Regex AlwaysSet = Pattern.Linear(@"\$\{?(?:PWD|OLDPWD)\b");

    private static readonly Regex Variable = Pattern.Linear(@"\$\{?(\w+)");
    private static readonly Regex StopsOnError = Pattern.Linear(@"^\s*set\s+(?:-[a-z]*e|-o\s+errexit)|^#!.*sh\s+-[a-z]*e");

    protected override bool IsReal(SourceFile file, Match match) =>
        !AlwaysSet.IsMatch(match.Value) && !HasNounset.IsMatch(file.Text) && !IsAssigned(file, match);

    // Set before, in every case, to a text that cannot be empty; or by a command after whose failure the script stops.
    private static bool IsAssigned(SourceFile file, Match match)
    {
        var name = Variable.Match(match.Value).Groups[1].Value;
        var stops = StopsOnError.IsMatch(file.Text);
        return file.Text[..match.Index].Split('\n').Any(line => line.StartsWith(name + "=", StringComparison.Ordinal) && line.Length > name.Length + 1
            && line[(name.Length + 1)..].TrimStart('"', '\'') is { Length: > 0 } value && (value[0] is '/' or '.' or '_' || char.IsAsciiLetterOrDigit(value[0])
                || (stops && (value.StartsWith("$(", StringComparison.Ordinal) || value[0] == '`'))));
    }
}
