using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Quality;

/// <summary>Durations measured with a clock that can be set.</summary>
internal sealed class CSharpElapsedByClock() : CSharpRule(new RuleInfo(
    "cs-elapsed-by-local-clock",
    "Duration measured with the local clock",
    Category.Quality,
    Severity.Low,
    Languages.CSharp,
    "Local time jumps by an hour when summer time changes and whenever the clock is set, and this difference with it.",
    "Stopwatch.GetElapsedTime, or at least UtcNow."))
{
    public override IReadOnlyList<string> Triggers => ["DateTime.Now"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source) =>
        source.Nodes<BinaryExpressionSyntax>()
            .Where(b => b.OperatorToken.Text == "-" && b.Left.ToString() is "DateTime.Now" or "System.DateTime.Now" && Started(b.Right))
            .Select(b => At(file, b));

    private static bool Started(ExpressionSyntax right) =>
        right is IdentifierNameSyntax name && CSharpText.Values(name).Any(v => v.ToString() is "DateTime.Now" or "System.DateTime.Now");
}
