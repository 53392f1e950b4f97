using Agents.Rules.Sources;
using Microsoft.CodeAnalysis;

namespace Agents.Rules;

/// <summary>A rule over the syntax tree of C#.</summary>
internal abstract class CSharpRule(RuleInfo info) : Rule(info)
{
    public sealed override IEnumerable<Finding> Check(SourceFile file) => Check(file, file.CSharp);

    protected abstract IEnumerable<Finding> Check(SourceFile file, CSharpSource source);

    protected Finding At(SourceFile file, SyntaxNode node, string? message = null, FindingFix? fix = null, Severity? severity = null) =>
        Found(file, node.SpanStart, node.Span.End, message, fix, severity);

    /// <summary>A finding at the first line of a long node.</summary>
    protected Finding AtHead(SourceFile file, SyntaxNode node, string? message = null, FindingFix? fix = null, Severity? severity = null) =>
        Found(file, node.SpanStart, file.Lines.End(file.Lines.LineAt(node.SpanStart)), message, fix, severity);

    protected static FindingFix Replace(SourceFile file, SyntaxNode node, string with, string description) =>
        Replace(file, node.SpanStart, node.Span.End, with, description);
}
