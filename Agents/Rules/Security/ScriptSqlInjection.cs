using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>SQL put together from values.</summary>
internal sealed class ScriptSqlInjection() : ScriptRule(new RuleInfo(
    "js-sql-injection",
    "SQL built from values",
    Category.Security,
    Severity.High,
    Languages.Script,
    "The statement is put together from values; a value with a quote in it changes what the statement does.",
    "Use placeholders and pass the values beside the statement.",
    "CWE-89"))
{
    private static readonly Regex Query = Pattern.Timed(@"\.(?:query|execute|raw|all|get|run|exec|prepare|each|queryRawUnsafe|\$queryRawUnsafe|\$executeRawUnsafe|whereRaw)\s*\(");
    private static readonly Regex Sql = Pattern.Linear(@"(select\s[^;]+\sfrom\s|insert\s+into\s|update\s[^;]+\sset\s|delete\s+from\s|drop\s+(table|database)\s)", ignoreCase: true);

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Query).Where(c => c.Arguments.Count > 0))
        {
            if (Expressions.IsBuiltText(file, arguments[0]) && HasSql(file, arguments[0]))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }

    private static bool HasSql(SourceFile file, Span span) =>
        Expressions.IsName(file, span)
            ? Assignments.Of(file, Code(file, span), span.Start).Any(v => Sql.IsMatch(Text(file, v).ReplaceLineEndings(" ")))
            : Sql.IsMatch(Text(file, span).ReplaceLineEndings(" "));
}
