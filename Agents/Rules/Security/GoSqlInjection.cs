using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>SQL built from values.</summary>
internal sealed class GoSqlInjection() : ScriptRule(new RuleInfo(
    "go-sql-injection",
    "SQL put together from values",
    Category.Security,
    Severity.High,
    Languages.Go,
    "A value in the text of the statement can end it and begin another.",
    "Pass values as arguments: db.Query with ? or $1 for each.",
    "CWE-89"))
{
    private static readonly Regex Call = Pattern.Timed(@"\.(?:Query|QueryRow|Exec|Prepare|QueryContext|QueryRowContext|ExecContext|PrepareContext)\s*\(");

    private static readonly Regex IsSql = Pattern.Linear(@"\b(?:select|insert|update|delete|call|from|where|drop|create|alter)\b", ignoreCase: true);

    public override IReadOnlyList<string> Triggers => ["Query", "Exec", "Prepare"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Call))
        {
            if (arguments.Take(2).Any(argument => IsSql.IsMatch(Text(file, argument)) && BuiltArgument.IsBuilt(file, argument)))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
