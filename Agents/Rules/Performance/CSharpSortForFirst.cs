using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Performance;

/// <summary>Sorting all to take one.</summary>
internal sealed class CSharpSortForFirst() : CSharpRule(new RuleInfo(
    "cs-sort-for-first",
    "Sorts all elements to take one",
    Category.Performance,
    Severity.Low,
    Languages.CSharp,
    "The elements are put in order only to take the one at the end, with a buffer for all of them.",
    "MinBy or MaxBy in memory; a query that a database runs may stay."))
{
    public override IReadOnlyList<string> Triggers => [".OrderBy"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source) =>
        source.Nodes<InvocationExpressionSyntax>()
            .Where(c => c.MethodName() is "Last" or "LastOrDefault" && c.ArgumentList.Arguments.Count == 0
                && c.Receiver() is InvocationExpressionSyntax sort && sort.MethodName() is "OrderBy" or "OrderByDescending")
            .Select(c => At(file, c));
}
