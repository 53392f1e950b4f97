using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>SQL put together from values.</summary>
internal sealed class PythonSqlInjection() : ScriptRule(new RuleInfo(
    "py-sql-injection",
    "SQL built from values",
    Category.Security,
    Severity.High,
    Languages.Python,
    "The statement is put together from values; a value with a quote in it changes what the statement does.",
    "Pass the values as parameters: execute(sql, (value,)).",
    "CWE-89"))
{
    private static readonly Regex Execute = Pattern.Timed(@"\.(?:execute|executemany|executescript|raw|read_sql|read_sql_query)\s*\(|(?<![\w.])(?:text|RawSQL)\s*\(");
    private static readonly Regex Sql = Pattern.Linear(@"(select\s[^;]+\sfrom\s|insert\s+into\s|update\s[^;]+\sset\s|delete\s+from\s|drop\s+(table|database)\s|alter\s+table\s)", ignoreCase: true);
    private static readonly Regex Identifiers = Pattern.Timed(@"quote_name|\bqn\(|quote_ident|sql\.Identifier|self\.quote|placeholders?|columns?|_?table(?:_?name)?\b|fields?\b|\b\w*(?:sql|query|clause|where|operators?|order|limit|joins?)\b", ignoreCase: true);

    public override IReadOnlyList<string> Triggers => ["execute", "raw(", "read_sql", "text("];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Execute).Where(c => c.Arguments.Count > 0))
        {
            var sources = Expressions.IsName(file, arguments[0]) ? Assignments.Of(file, Code(file, arguments[0]), start) : [arguments[0]];
            var sql = sources.Any(s => Sql.IsMatch(Text(file, s).ReplaceLineEndings(" ")));
            if (sql && Expressions.IsBuiltText(file, arguments[0]) && !sources.Any(s => Identifiers.IsMatch(Values(file, s))))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }

    /// <summary>What is put in; names of tables and columns cannot be parameters.</summary>
    private static string Values(SourceFile file, Span span) =>
        file.LiteralFrom(span.Start) is { HasHoles: true } ? string.Join(' ', Pattern.Linear(@"\{[^{}]*\}").Matches(Text(file, span)).Select(m => m.Value)) : Code(file, span);
}
