using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Performance;

/// <summary>Looking through a list for every element of another.</summary>
internal sealed class CSharpListLookupInLoop() : CSharpRule(new RuleInfo(
    "cs-list-lookup-in-loop",
    "List searched in a loop",
    Category.Performance,
    Severity.Low,
    Languages.CSharp,
    "Contains walks the list in every round, over two loops, and the list grows in them: the time grows with the square of its length.",
    "Use a HashSet."))
{
    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var call in source.Nodes<InvocationExpressionSyntax>().Where(c => c.MethodName() == "Contains" && c.ArgumentList.Arguments.Count == 1))
        {
            if (call.Receiver() is IdentifierNameSyntax list && call.Loop()?.Loop() is { } loop && IsLocalList(list, loop) && Grows(list, loop))
            {
                yield return At(file, call);
            }
        }
    }

    private static bool IsLocalList(IdentifierNameSyntax list, StatementSyntax loop) =>
        list.Member()?.DescendantNodes().OfType<VariableDeclaratorSyntax>().Any(v =>
            v.Identifier.Text == list.Identifier.Text && v.SpanStart < loop.SpanStart
            && v.Parent is VariableDeclarationSyntax declaration
            && (v.Initializer?.Value is ObjectCreationExpressionSyntax { ArgumentList.Arguments.Count: 0 } creation ? creation.Type.LastName() == "List"
                : v.Initializer?.Value is ImplicitObjectCreationExpressionSyntax && declaration.Type.LastName() == "List")) == true;

    private static bool Grows(IdentifierNameSyntax list, StatementSyntax loop) =>
        loop.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(c => c.MethodName() == "Add" && c.Receiver()?.ToString() == list.Identifier.Text);
}
