using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Performance;

/// <summary>Regular expressions built again in every round.</summary>
internal sealed class CSharpRegexInLoop() : CSharpRule(new RuleInfo(
    "cs-regex-in-loop",
    "Regular expression built in a loop",
    Category.Performance,
    Severity.Medium,
    Languages.CSharp,
    "The same pattern is parsed, and perhaps compiled, again in every round.",
    "Build it once: a static readonly field or [GeneratedRegex]."))
{
    public override IReadOnlyList<string> Triggers => ["new Regex("];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source) =>
        source.Nodes<ObjectCreationExpressionSyntax>()
            .Where(c => c.Type.LastName() == "Regex" && c.ArgumentList?.Arguments.FirstOrDefault()?.Expression.ConstantText() is not null && c.Loop() is not null && !IsKept(c))
            .Select(c => At(file, c));

    /// <summary>Made once, when first needed.</summary>
    private static bool IsKept(ObjectCreationExpressionSyntax creation) =>
        creation.Parent is AssignmentExpressionSyntax assignment
        && (assignment.OperatorToken.Text == "??=" || creation.Ancestors().OfType<IfStatementSyntax>().Any(i => i.Condition.ToString().Contains(assignment.Left.ToString(), StringComparison.Ordinal)));
}
