using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>HTML put together from values.</summary>
internal sealed class ScriptHtmlInjection() : ScriptRule(new RuleInfo(
    "js-html-injection",
    "HTML built from values",
    Category.Security,
    Severity.Medium,
    Languages.Script,
    "Markup is put together from values that are not escaped; a value with a tag in it runs script in the page.",
    "Use textContent or DOM nodes, or escape each value.",
    "CWE-79"))
{
    private static readonly Regex Property = Pattern.Timed(@"\.(?:innerHTML|outerHTML)\s*\+?=(?!=)");
    private static readonly Regex Call = Pattern.Timed(@"(?<![\w$])document\.write(?:ln)?\s*\(|\.insertAdjacentHTML\s*\(|\.html\s*\(");
    private static readonly Regex Tag = Pattern.Linear(@"<[a-z/]", ignoreCase: true);
    private static readonly Regex Escaping = Pattern.Timed(@"escape|sanitize|purify|encode|gettext|i18n|\bt\(|translate|toFixed|Math\.|\.(?:width|height|length)\b", ignoreCase: true);

    public override IReadOnlyList<string> Triggers => ["HTML", "document.write", ".html("];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Property))
        {
            var start = match.Index + match.Length;
            var end = ValueEnd(file, start);
            var value = Expressions.Trim(file, start, end);
            if (IsMarkup(file, value))
            {
                yield return Found(file, match.Index + 1, value.End);
            }
        }

        foreach (var (start, open, arguments) in Calls(file, Call).Where(c => c.Arguments.Count > 0))
        {
            if (IsMarkup(file, arguments[^1]))
            {
                yield return Found(file, start + 1, CloseOf(file, open));
            }
        }
    }

    private static bool IsMarkup(SourceFile file, Span value) =>
        value.Length > 0 && Tag.IsMatch(Text(file, value)) && Expressions.IsBuiltText(file, value) && !Escaping.IsMatch(Code(file, value));

    private static int ValueEnd(SourceFile file, int start)
    {
        for (var i = start; i < file.Code.Length; i++)
        {
            if (file.Code[i] is '(' or '[' or '{' && file.Brackets.Partner(i) > i)
            {
                i = file.Brackets.Partner(i);
            }
            else if (file.Code[i] is ';' or '}' or ')')
            {
                return i;
            }
        }

        return file.Code.Length;
    }
}
