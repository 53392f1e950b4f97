using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>HTML put together from values and declared safe.</summary>
internal sealed class PythonMarkSafe() : ScriptRule(new RuleInfo(
    "py-mark-safe",
    "Built HTML declared safe",
    Category.Security,
    Severity.Medium,
    Languages.Python,
    "The text is put together from values and marked as not to be escaped; a value with a tag in it runs script in the page.",
    "format_html, which escapes each value.",
    "CWE-79"))
{
    private static readonly Regex Safe = Pattern.Timed(@"(?<![\w.])(?:mark_safe|Markup|SafeString|SafeText)\s*\(");

    public override IReadOnlyList<string> Triggers => ["mark_safe", "Markup", "SafeString", "SafeText"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Safe).Where(c => c.Arguments.Count == 1))
        {
            if (Expressions.IsBuiltText(file, arguments[0], depth: 1) && !SecurityWords.IsMatch(Code(file, arguments[0])) && HasTag(file, arguments[0]))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }

    private static bool HasTag(SourceFile file, Span span) =>
        Text(file, span).Contains('<', StringComparison.Ordinal)
        || (Expressions.IsName(file, span) && Assignments.Of(file, Code(file, span), span.Start).Any(v => Text(file, v).Contains('<', StringComparison.Ordinal)));

    private static readonly Regex SecurityWords = Pattern.Timed("escape|json|join|render|flatatt|tag\\(|conditional_", ignoreCase: true);
}
