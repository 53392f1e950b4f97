using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Sources;

/// <summary>Questions that rules ask of C# nodes.</summary>
internal static class Syntax
{
    /// <summary>The method's name: <c>Start</c> of <c>Process.Start(x)</c>.</summary>
    public static string MethodName(this InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.Text,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.Text,
        SimpleNameSyntax name => name.Identifier.Text,
        _ => "",
    };

    /// <summary>What the method is called on, or null.</summary>
    public static ExpressionSyntax? Receiver(this InvocationExpressionSyntax call) =>
        (call.Expression as MemberAccessExpressionSyntax)?.Expression;

    /// <summary>The last part of a type's or expression's dotted name, without type arguments.</summary>
    public static string LastName(this SyntaxNode? node) => node switch
    {
        QualifiedNameSyntax qualified => qualified.Right.LastName(),
        MemberAccessExpressionSyntax member => member.Name.LastName(),
        GenericNameSyntax generic => generic.Identifier.Text,
        SimpleNameSyntax simple => simple.Identifier.Text,
        AliasQualifiedNameSyntax alias => alias.Name.Identifier.Text,
        NullableTypeSyntax nullable => nullable.ElementType.LastName(),
        PredefinedTypeSyntax predefined => predefined.Keyword.Text,
        _ => "",
    };

    /// <summary>The innermost method, accessor, local function or lambda around a node.</summary>
    public static SyntaxNode? Function(this SyntaxNode node) => node.Ancestors().FirstOrDefault(IsFunction);

    /// <summary>The innermost member (method, constructor, accessor) around a node, lambdas included in it.</summary>
    public static MemberDeclarationSyntax? Member(this SyntaxNode node) => node.Ancestors().OfType<MemberDeclarationSyntax>().FirstOrDefault(m => m is not BaseTypeDeclarationSyntax and not BaseNamespaceDeclarationSyntax);

    public static bool IsFunction(SyntaxNode node) =>
        node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax;

    public static bool IsAsync(this SyntaxNode? function) => function switch
    {
        MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.AsyncKeyword),
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
        _ => false,
    };

    /// <summary>The loop whose body (not head) runs the node again and again, or null.</summary>
    public static StatementSyntax? Loop(this SyntaxNode node)
    {
        for (var current = node; current?.Parent is not null && !IsFunction(current); current = current.Parent)
        {
            var body = current.Parent switch
            {
                ForStatementSyntax loop => loop.Statement,
                ForEachStatementSyntax loop => loop.Statement,
                ForEachVariableStatementSyntax loop => loop.Statement,
                WhileStatementSyntax loop => loop.Statement,
                DoStatementSyntax loop => loop.Statement,
                _ => null,
            };
            if (body == current)
            {
                return (StatementSyntax)current.Parent;
            }
        }

        return null;
    }

    /// <summary>The constant text of a literal, or of literals joined; null otherwise.</summary>
    public static string? ConstantText(this ExpressionSyntax? expression)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        return Constant(expression);
    }

    private static string? Constant(ExpressionSyntax? expression) => expression switch
    {
        LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal => literal.Token.ValueText,
        ParenthesizedExpressionSyntax inner => inner.Expression.ConstantText(),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum
            when sum.Left.ConstantText() is { } left && sum.Right.ConstantText() is { } right => left + right,
        InterpolatedStringExpressionSyntax text when text.Contents.All(c => c is InterpolatedStringTextSyntax) =>
            string.Concat(text.Contents.Cast<InterpolatedStringTextSyntax>().Select(c => c.TextToken.ValueText)),
        _ => null,
    };

    public static bool HasModifier(this MemberDeclarationSyntax member, SyntaxKind kind) => member.Modifiers.Any(kind);

    public static bool HasComment(this SyntaxNode node) =>
        node.DescendantTrivia().Any(t => t.IsKind(SyntaxKind.SingleLineCommentTrivia) || t.IsKind(SyntaxKind.MultiLineCommentTrivia));
}
