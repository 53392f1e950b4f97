using System.Text.RegularExpressions;
using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Security;

/// <summary>SQL put together from values.</summary>
internal sealed class CSharpSqlInjection() : CSharpRule(new RuleInfo(
    "cs-sql-injection",
    "SQL built from values",
    Category.Security,
    Severity.High,
    Languages.CSharp,
    "The statement is put together from values; a value with a quote in it changes what the statement does.",
    "Use parameters: ExecuteSql with an interpolated string in EF Core, DbParameter elsewhere.",
    "CWE-89"))
{
    private static readonly HashSet<string> Calls =
        ["ExecuteSqlRaw", "ExecuteSqlRawAsync", "FromSqlRaw", "SqlQueryRaw", "ExecuteSqlCommand", "ExecuteSqlCommandAsync", "SqlQuery", "Query", "QueryAsync",
         "QueryFirst", "QuerySingle", "QueryFirstOrDefault", "Execute", "ExecuteAsync", "ExecuteScalar", "ExecuteScalarAsync", "ExecuteQuery", "ExecuteNonQuery", "ExecuteReader", "CreateSQLQuery"];

    private static readonly Regex Sql = Pattern.Linear(@"^\W*(select\s.+\sfrom\s|insert\s+into\s|update\s.+\sset\s|delete\s+from\s|drop\s+(table|database)\s|exec(ute)?\s|alter\s+(table|database|user|login)\s|create\s+(database|user|login)\s)", ignoreCase: true);

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        var texts = source.Nodes<InvocationExpressionSyntax>()
            .Where(c => Calls.Contains(c.MethodName()) && c.ArgumentList.Arguments.Count > 0)
            .Select(c => c.ArgumentList.Arguments[0].Expression)
            .Concat(source.Nodes<ObjectCreationExpressionSyntax>()
                .Where(c => c.Type.LastName().EndsWith("Command", StringComparison.Ordinal) && c.ArgumentList?.Arguments.Count > 0)
                .Select(c => c.ArgumentList!.Arguments[0].Expression))
            .Concat(source.Nodes<AssignmentExpressionSyntax>().Where(a => a.Left.LastName() == "CommandText").Select(a => a.Right));
        return texts.Where(t => CSharpText.IsBuilt(t) && LooksLikeSql(t)).Select(t => At(file, t));
    }

    private static bool LooksLikeSql(ExpressionSyntax text)
    {
        IEnumerable<ExpressionSyntax> sources = text is IdentifierNameSyntax name ? CSharpText.Values(name) : [text];
        return sources.Any(s => s.DescendantNodesAndSelf().Any(n => n switch
        {
            LiteralExpressionSyntax literal => literal.ConstantText() is { } t && Sql.IsMatch(t.ReplaceLineEndings(" ")),
            InterpolatedStringExpressionSyntax interpolated => Sql.IsMatch(interpolated.Contents.ToString().ReplaceLineEndings(" ")),
            _ => false,
        }));
    }
}
