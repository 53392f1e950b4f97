using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Performance;

/// <summary>A round trip to the database for every element.</summary>
internal sealed class CSharpSaveInLoop() : CSharpRule(new RuleInfo(
    "cs-save-in-loop",
    "Database saved in every round of a loop",
    Category.Performance,
    Severity.Medium,
    Languages.CSharp,
    "Each round is a transaction and a round trip of its own.",
    "Collect the changes and save once after the loop."))
{
    public override IReadOnlyList<string> Triggers => ["SaveChanges"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source) =>
        source.Nodes<InvocationExpressionSyntax>()
            .Where(c => c.MethodName() is "SaveChanges" or "SaveChangesAsync" && c.Loop() is ForEachStatementSyntax or ForStatementSyntax)
            .Where(c => !c.Ancestors().TakeWhile(a => a is not ForEachStatementSyntax and not ForStatementSyntax).Any(a => a is IfStatementSyntax or TryStatementSyntax))
            .Select(c => At(file, c));
}
