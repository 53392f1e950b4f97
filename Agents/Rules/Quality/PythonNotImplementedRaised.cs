using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>A value raised as an exception.</summary>
internal sealed class PythonNotImplementedRaised() : ScriptRule(new RuleInfo(
    "py-raise-notimplemented",
    "NotImplemented raised",
    Category.Quality,
    Severity.High,
    Languages.Python,
    "NotImplemented is no exception: this raises a TypeError about something else.",
    "raise NotImplementedError.",
    HasFix: true))
{
    private static readonly Regex Raise = Pattern.Timed(@"(?<![\w.])raise\s+(?<n>NotImplemented)\b");

    public override IReadOnlyList<string> Triggers => ["NotImplemented"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Raise))
        {
            var name = match.Groups["n"];
            yield return Found(file, match.Index, match.Index + match.Length, fix: Replace(file, name.Index, name.Index + name.Length, "NotImplementedError", "Raise the exception."));
        }
    }
}
