using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Sources;

/// <summary>Tells whether C# text is put together from values the author did not write.</summary>
internal static class CSharpText
{
    private static readonly Regex Cleaned = Pattern.Timed(@"quot|escap|saniti|encode|hash|\bint\.Parse|guid|nameof|count|length|index", ignoreCase: true);
    private static readonly Regex Constant = Pattern.Linear(@"^([A-Z][A-Z0-9_]+|[A-Za-z_.]+\.[A-Z][A-Z0-9_]+|.*\b(Count|Length|Index|Id|Now|Ticks|ProcessId|NewLine)|m?_?[Tt]able(Name|Prefix)?|[\w.]*Const\w*(\.\w+)+|k[A-Z]\w+)$");

    /// <summary>The parts of the text that are open to values from elsewhere; empty when it is constant.</summary>
    public static IReadOnlyList<ExpressionSyntax> OpenParts(ExpressionSyntax? expression, int depth = 2)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (expression)
        {
            case ParenthesizedExpressionSyntax inner:
                return OpenParts(inner.Expression, depth);
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum when HasText(sum):
                return [.. Operands(sum).Where(o => IsOpen(o, depth))];
            case InterpolatedStringExpressionSyntax text:
                return [.. text.Contents.OfType<InterpolationSyntax>().Select(i => i.Expression).Where(e => IsOpen(e, depth))];
            case InvocationExpressionSyntax call when call.MethodName() is "Format" or "Concat" && call.Receiver().LastName() is "string" or "String":
                return [.. call.ArgumentList.Arguments.Skip(1).Select(a => a.Expression).Where(e => IsOpen(e, depth))];
            case IdentifierNameSyntax name when depth > 0:
                return [.. Values(name).SelectMany(v => OpenParts(v, depth - 1))];
            default:
                return [];
        }
    }

    public static bool IsBuilt(ExpressionSyntax? expression) => OpenParts(expression).Count > 0;

    /// <summary>What is assigned to a local before its use.</summary>
    public static IEnumerable<ExpressionSyntax> Values(IdentifierNameSyntax name)
    {
        var member = name.Member();
        foreach (var node in member?.DescendantNodes() ?? [])
        {
            if (node.SpanStart >= name.SpanStart)
            {
                yield break;
            }

            if (node is VariableDeclaratorSyntax { Initializer.Value: { } value } local && local.Identifier.Text == name.Identifier.Text)
            {
                yield return value;
            }
            else if (node is AssignmentExpressionSyntax assignment && assignment.Left is IdentifierNameSyntax left && left.Identifier.Text == name.Identifier.Text)
            {
                yield return assignment.Right;
            }
        }
    }

    private static bool IsOpen(ExpressionSyntax part, int depth)
    {
        if (part is LiteralExpressionSyntax || part.ConstantText() is not null || Cleaned.IsMatch(part.ToString()) || Constant.IsMatch(part.ToString()))
        {
            return false;
        }

        if (part is IdentifierNameSyntax name)
        {
            if (IsConstantField(name))
            {
                return false;
            }

            var values = Values(name).ToList();
            return values.Count == 0 || depth <= 0 || values.Any(v => v is not LiteralExpressionSyntax && (OpenParts(v, depth - 1).Count > 0 || IsOpen(v, depth - 1)));
        }

        return part is not (BinaryExpressionSyntax or InterpolatedStringExpressionSyntax or ParenthesizedExpressionSyntax) || OpenParts(part, depth).Count > 0;
    }

    private static bool IsConstantField(IdentifierNameSyntax name) =>
        name.SyntaxTree.GetRoot().DescendantNodes().OfType<VariableDeclaratorSyntax>().Any(v =>
            v.Identifier.Text == name.Identifier.Text
            && v.Parent?.Parent is FieldDeclarationSyntax or LocalDeclarationStatementSyntax { IsConst: true }
            && (v.Parent!.Parent is LocalDeclarationStatementSyntax || ((FieldDeclarationSyntax)v.Parent.Parent).Modifiers.Any(m => m.IsKind(SyntaxKind.ConstKeyword) || m.IsKind(SyntaxKind.ReadOnlyKeyword))));

    private static bool HasText(BinaryExpressionSyntax sum) =>
        Operands(sum).Any(o => o is InterpolatedStringExpressionSyntax || o.ConstantText() is not null);

    private static List<ExpressionSyntax> Operands(ExpressionSyntax expression)
    {
        // A loop, because generated code adds thousands of literals.
        var operands = new List<ExpressionSyntax>();
        var open = new Stack<ExpressionSyntax>([expression]);
        while (open.TryPop(out var next))
        {
            switch (next)
            {
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum:
                    open.Push(sum.Right);
                    open.Push(sum.Left);
                    break;
                case ParenthesizedExpressionSyntax inner:
                    open.Push(inner.Expression);
                    break;
                default:
                    operands.Add(next);
                    break;
            }
        }

        return operands;
    }
}
