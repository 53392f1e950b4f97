using Agents.Rules.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Performance;

/// <summary>Threads that wait for asynchronous work.</summary>
internal sealed class CSharpBlockingWait() : CSharpRule(new RuleInfo(
    "cs-blocking-wait",
    "Thread blocked on asynchronous work",
    Category.Performance,
    Severity.Medium,
    Languages.CSharp,
    "The thread waits for asynchronous work: under load the pool runs dry, and with a synchronisation context it deadlocks.",
    "await it; where the caller is not asynchronous, make it so.",
    HasFix: true))
{
    public override IReadOnlyList<string> Triggers => [".Result", ".Wait()", ".GetResult()"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var member in source.Nodes<MemberAccessExpressionSyntax>())
        {
            if (Waited(member) is { } waited && member.Ancestors().OfType<BaseMethodDeclarationSyntax>().FirstOrDefault() is not MethodDeclarationSyntax { Identifier.Text: "Main" })
            {
                var inAsync = member.Function().IsAsync() && !member.Ancestors().TakeWhile(a => !Syntax.IsFunction(a)).Any(a => a is LockStatementSyntax);
                SyntaxNode whole = member.Name.Identifier.Text == "Result" ? member : member.Parent!;
                var statement = whole.Parent is ExpressionStatementSyntax;
                var with = statement ? $"await {waited}" : $"(await {waited})";
                var bare = whole.Parent is EqualsValueClauseSyntax or ReturnStatementSyntax or AssignmentExpressionSyntax or ArgumentSyntax;
                yield return At(
                    file,
                    whole,
                    inAsync ? "The function is asynchronous and yet blocks its thread here: under load the pool runs dry." : null,
                    inAsync ? Replace(file, whole, bare ? $"await {waited}" : with, "Await instead of blocking.") : null,
                    inAsync ? Severity.High : null);
            }
        }
    }

    /// <summary>The task that is waited for. Without types only what is surely one: a call of ...Async, or GetAwaiter().</summary>
    private static ExpressionSyntax? Waited(MemberAccessExpressionSyntax member)
    {
        var call = member.Parent as InvocationExpressionSyntax;
        switch (member.Name.Identifier.Text)
        {
            case "Result" when member.Expression is InvocationExpressionSyntax inner && inner.MethodName().EndsWith("Async", StringComparison.Ordinal):
                return inner;
            case "Wait" when call?.ArgumentList.Arguments.Count == 0 && member.Expression is InvocationExpressionSyntax inner && (inner.MethodName().EndsWith("Async", StringComparison.Ordinal) || inner.Expression.ToString() is "Task.Run" or "Task.WhenAll"):
                return inner;
            case "GetResult" when call is not null && member.Expression is InvocationExpressionSyntax awaiter && awaiter.MethodName() is "GetAwaiter":
                return awaiter.Receiver() is InvocationExpressionSyntax configured && configured.MethodName() == "ConfigureAwait" && configured.Receiver() is { } task ? task : awaiter.Receiver();
            default:
                return null;
        }
    }
}
