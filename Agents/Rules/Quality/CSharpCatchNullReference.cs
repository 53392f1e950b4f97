using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Quality;

/// <summary>Null checks by exception.</summary>
internal sealed class CSharpCatchNullReference() : CSharpRule(new RuleInfo(
    "cs-catch-null-reference",
    "NullReferenceException is caught",
    Category.Quality,
    Severity.Medium,
    Languages.CSharp,
    "This hides every null error in the block, also those nobody thought of.",
    "Check for null where it can be.",
    "CWE-395"))
{
    public override IReadOnlyList<string> Triggers => ["NullReferenceException"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source) =>
        source.Nodes<CatchClauseSyntax>()
            .Where(c => c.Declaration?.Type.LastName() == "NullReferenceException")
            .Select(c => Found(file, c.SpanStart, c.Declaration!.Span.End));
}
