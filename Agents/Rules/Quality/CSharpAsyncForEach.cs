using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Quality;

/// <summary>Asynchronous lambdas given to what does not wait.</summary>
internal sealed class CSharpAsyncForEach() : CSharpRule(new RuleInfo(
    "cs-async-lambda-as-action",
    "Asynchronous lambda where nobody waits",
    Category.Quality,
    Severity.High,
    Languages.CSharp,
    "The method takes an Action, so the lambda is async void: it returns before the work is done, and an exception ends the process.",
    "Loop with foreach and await, or Parallel.ForEachAsync.",
    "CWE-248"))
{
    public override IReadOnlyList<string> Triggers => ["async"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source) =>
        source.Nodes<InvocationExpressionSyntax>()
            .Where(c => IsForEach(c) && c.ArgumentList.Arguments.Any(a => a.Expression is AnonymousFunctionExpressionSyntax lambda && lambda.IsAsync()))
            .Select(c => AtHead(file, c));

    private static bool IsForEach(InvocationExpressionSyntax call) =>
        call.Expression.ToString() is "Parallel.ForEach" or "Parallel.For" || (call.MethodName() == "ForEach" && call.ArgumentList.Arguments.Count == 1 && call.Receiver() is not null && call.Parent is ExpressionStatementSyntax);
}
