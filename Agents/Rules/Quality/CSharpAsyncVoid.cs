using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Quality;

/// <summary>Asynchronous functions whose failure ends the process.</summary>
internal sealed class CSharpAsyncVoid() : CSharpRule(new RuleInfo(
    "cs-async-void",
    "async void outside of an event handler",
    Category.Quality,
    Severity.High,
    Languages.CSharp,
    "Nobody can wait for it, and an exception in it ends the process.",
    "Return Task.",
    "CWE-248",
    HasFix: true))
{
    public override IReadOnlyList<string> Triggers => ["async void"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var method in source.Nodes<MethodDeclarationSyntax>())
        {
            if (method.HasModifier(SyntaxKind.AsyncKeyword) && IsVoid(method.ReturnType) && !IsHandler(method.ParameterList, method.Identifier.Text) && !method.HasModifier(SyntaxKind.OverrideKeyword) && !CatchesAll(method.Body))
            {
                yield return AtHead(file, method.ReturnType, fix: Replace(file, method.ReturnType, "System.Threading.Tasks.Task", "Return a task."));
            }
        }

        foreach (var local in source.Nodes<LocalFunctionStatementSyntax>())
        {
            if (((Microsoft.CodeAnalysis.SyntaxNode)local).IsAsync() && IsVoid(local.ReturnType) && !IsHandler(local.ParameterList, local.Identifier.Text) && !CatchesAll(local.Body))
            {
                yield return AtHead(file, local.ReturnType, fix: Replace(file, local.ReturnType, "System.Threading.Tasks.Task", "Return a task."));
            }
        }
    }

    private static bool IsVoid(TypeSyntax type) => type is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword };

    private static bool IsHandler(ParameterListSyntax parameters, string name) =>
        parameters.Parameters.Any(p => p.Type.LastName().EndsWith("EventArgs", StringComparison.Ordinal) || p.Identifier.Text is "sender" or "args")
        || name.StartsWith("On", StringComparison.Ordinal) || name.Contains("_On", StringComparison.Ordinal) || name.EndsWith("Handler", StringComparison.Ordinal)
        || name is "Start" or "Awake" or "Update" or "Execute"; // Unity's messages and ICommand

    private static bool CatchesAll(BlockSyntax? body) =>
        body?.Statements is [TryStatementSyntax { Catches: var catches }] && catches.Any(c => c.Declaration is null || c.Declaration.Type.LastName() == "Exception");
}
