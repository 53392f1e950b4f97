using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>SQL built from values.</summary>
internal sealed class JavaSqlInjection() : ScriptRule(new RuleInfo(
    "java-sql-injection",
    "SQL put together from values",
    Category.Security,
    Severity.High,
    Languages.Java,
    "A value in the text of the statement can end it and begin another.",
    "A PreparedStatement with ? for each value.",
    "CWE-89"))
{
    private static readonly Regex Call = Pattern.Timed(@"\.(?:executeQuery|executeUpdate|execute|executeLargeUpdate|addBatch|prepareStatement|prepareCall|createQuery|createNativeQuery|queryForObject|queryForList)\s*\(");

    private static readonly Regex IsSql = Pattern.Linear(@"\b(?:select|insert|update|delete|call|from|where|drop|create|alter)\b", ignoreCase: true);

    public override IReadOnlyList<string> Triggers => ["execute", "prepare", "Query"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Call))
        {
            if (arguments.Count > 0 && IsSql.IsMatch(Text(file, arguments[0])) && BuiltArgument.IsBuilt(file, arguments[0]))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
