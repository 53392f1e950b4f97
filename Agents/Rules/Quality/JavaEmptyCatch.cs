using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Errors that nobody hears of.</summary>
internal sealed class JavaEmptyCatch() : ScriptRule(new RuleInfo(
    "java-empty-catch",
    "Exception caught and dropped",
    Category.Quality,
    Severity.Medium,
    Languages.Java,
    "When it fails, nobody gets to know: not the caller, not the log.",
    "Handle it, log it or let it through; if it may be dropped, say in a comment why."))
{
    private static readonly Regex Fault = Pattern.Timed(@"\bcatch\s*\([^()]*\)\s*\{\s*\}");

    // What only closes or cleans up has nothing left to tell.
    private static readonly Regex OnlyCloses = Pattern.Timed(@"\btry\s*\{\s*[\w.]+\.(?:close\(\)|delete(?:IfExists)?\([\w.]*\))\s*;\s*\}\s*(?:catch\s*\([^()]*\)\s*\{[^{}]*\}\s*)?\z");
    private const int Before = 300;

    public override IReadOnlyList<string> Triggers => ["catch"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Fault))
        {
            if (!file.HasComment(match.Index, match.Index + match.Length) && !match.Value.Contains("ignore", StringComparison.OrdinalIgnoreCase)
                && !OnlyCloses.IsMatch(file.Code[Math.Max(0, match.Index - Before)..match.Index]))
            {
                yield return Found(file, match.Index, match.Index + match.Length);
            }
        }
    }
}
