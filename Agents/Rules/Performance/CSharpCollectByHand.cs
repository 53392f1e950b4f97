using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Performance;

/// <summary>Calls of the garbage collector.</summary>
internal sealed class CSharpCollectByHand() : CSharpRule(new RuleInfo(
    "cs-gc-collect",
    "Garbage collection forced",
    Category.Performance,
    Severity.Low,
    Languages.CSharp,
    "A forced full collection stops every thread and moves short-lived objects into the oldest generation.",
    "Remove it; dispose what holds native memory."))
{
    public override IReadOnlyList<string> Triggers => ["GC.Collect"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source) =>
        source.Nodes<InvocationExpressionSyntax>()
            .Where(c => c.MethodName() == "Collect" && c.Receiver().LastName() == "GC")
            .Select(c => At(file, c));
}
