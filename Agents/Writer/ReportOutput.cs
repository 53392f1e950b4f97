using Agents.Writer.Findings;

namespace Agents.Writer;

/// <summary>A report.</summary>
/// <param name="Summary">Markdown of a few lines, for a terminal.</param>
/// <param name="Findings">All of them: merged, without duplicates, the worst first.</param>
/// <param name="Citations">What the answer rests on, in the order of its numbers: the first is [1].</param>
/// <param name="Missing">What is not in the report, and why.</param>
/// <param name="Files">Names and texts: <c>report.md</c>, and <c>report.sarif</c> for audits.</param>
internal sealed record ReportOutput(
    string Summary,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<Citation> Citations,
    IReadOnlyList<string> Missing,
    IReadOnlyDictionary<string, string> Files);

/// <summary>Lines of a file that a statement rests on.</summary>
internal sealed record Citation(string File, int StartLine, int EndLine, string Quote, double? Score = null);
