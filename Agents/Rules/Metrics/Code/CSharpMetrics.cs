using Agents.Workspaces;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Metrics.Code;

/// <summary>Measures C# on its syntax tree.</summary>
internal static class CSharpMetrics
{
    public static FileMetrics Measure(TextFile file, CancellationToken cancellationToken)
    {
        var tree = CSharpSyntaxTree.ParseText(file.Text, new CSharpParseOptions(LanguageVersion.Preview), cancellationToken: cancellationToken);
        var root = tree.GetRoot(cancellationToken);
        var kinds = new LineKinds(file);
        List<FunctionMetrics> functions = [];
        foreach (var token in root.DescendantTokens(descendIntoTrivia: false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (token.Span.Length > 0)
                kinds.Code(token.SpanStart, token.Span.End);
            foreach (var trivia in token.LeadingTrivia.Concat(token.TrailingTrivia))
            {
                if (IsComment(trivia))
                    kinds.Comment(trivia.SpanStart, trivia.Span.End);
                else if (trivia.IsDirective)
                    kinds.Code(trivia.SpanStart, trivia.Span.End);
            }
        }

        foreach (var node in root.DescendantNodes())
        {
            if (Name(node) is { } name)
                functions.Add(new FunctionMetrics(name, file.LineAt(node.SpanStart), file.LineAt(node.Span.End - 1), Complexity(node)));
        }

        return new FileMetrics(file.LineCount, kinds.CodeLines, kinds.CommentLines, functions);
    }

    private static bool IsComment(SyntaxTrivia trivia) => trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia
        or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia or SyntaxKind.DisabledTextTrivia;

    private static string? Name(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax { Body: not null } or MethodDeclarationSyntax { ExpressionBody: not null } => Qualified(node, ((MethodDeclarationSyntax)node).Identifier.Text),
        ConstructorDeclarationSyntax constructor => Qualified(node, constructor.Identifier.Text),
        DestructorDeclarationSyntax destructor => Qualified(node, "~" + destructor.Identifier.Text),
        OperatorDeclarationSyntax { Body: not null } or OperatorDeclarationSyntax { ExpressionBody: not null } => Qualified(node, "operator " + ((OperatorDeclarationSyntax)node).OperatorToken.Text),
        AccessorDeclarationSyntax { Body: not null } or AccessorDeclarationSyntax { ExpressionBody: not null } => Accessor((AccessorDeclarationSyntax)node),
        LocalFunctionStatementSyntax local => Qualified(node, local.Identifier.Text),
        _ => null,
    };

    private static string Accessor(AccessorDeclarationSyntax accessor)
    {
        var owner = accessor.Parent?.Parent switch
        {
            PropertyDeclarationSyntax property => property.Identifier.Text,
            EventDeclarationSyntax @event => @event.Identifier.Text,
            _ => "this[]",
        };
        return Qualified(accessor, $"{owner}.{accessor.Keyword.Text}");
    }

    private static string Qualified(SyntaxNode node, string name) =>
        node.FirstAncestorOrSelf<BaseTypeDeclarationSyntax>() is { } type ? $"{type.Identifier.Text}.{name}" : name;

    // A local function is measured by itself; a lambda belongs to what it stands in.
    private static int Complexity(SyntaxNode function) =>
        1 + function.DescendantNodes(node => node == function || node is not LocalFunctionStatementSyntax).Count(IsDecision);

    private static bool IsDecision(SyntaxNode node) => node.Kind() is SyntaxKind.IfStatement or SyntaxKind.ForStatement or SyntaxKind.ForEachStatement or SyntaxKind.ForEachVariableStatement
        or SyntaxKind.WhileStatement or SyntaxKind.DoStatement or SyntaxKind.CatchClause or SyntaxKind.CaseSwitchLabel or SyntaxKind.CasePatternSwitchLabel
        or SyntaxKind.ConditionalExpression or SyntaxKind.LogicalAndExpression or SyntaxKind.LogicalOrExpression or SyntaxKind.CoalesceExpression
        or SyntaxKind.CoalesceAssignmentExpression or SyntaxKind.WhenClause or SyntaxKind.CatchFilterClause or SyntaxKind.AndPattern or SyntaxKind.OrPattern
        || (node is SwitchExpressionArmSyntax arm && arm.Pattern is not DiscardPatternSyntax);
}
