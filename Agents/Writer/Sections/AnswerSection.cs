using System.Text;
using Agents.Writer.Answers;
using Agents.Writer.Markdown;

namespace Agents.Writer.Sections;

/// <summary>What the answer rests on: per sub-question its numbered citations with their quotes, and what was found besides.</summary>
internal static class AnswerSection
{
    private const int AlsoFound = 3;

    public static void Write(Report report, StringBuilder text)
    {
        var citations = report.Numbering.Citations;
        if (citations.Count == 0 && report.Retrievals.All(retrieval => retrieval is null))
            return;

        text.Append("## Sources\n\n");
        var told = new HashSet<int>();
        foreach (var retrieval in report.Retrievals.OfType<Retrieval>())
        {
            if (retrieval.Question.Length > 0)
                text.Append("### ").Append(MarkdownText.Escape(retrieval.Question)).Append("\n\n");
            WriteRetrieval(retrieval, citations, told, text);
        }

        var rest = Enumerable.Range(0, citations.Count).Where(index => !told.Contains(index)).ToArray();
        if (rest.Length > 0 && told.Count > 0)
            text.Append("### Other sources\n\n");
        foreach (var index in rest)
            WriteCitation(index, citations[index], text);
    }

    private static void WriteRetrieval(Retrieval retrieval, IReadOnlyList<Citation> citations, HashSet<int> told, StringBuilder text)
    {
        if (!retrieval.Answered)
            text.Append("The documents do not answer this.").Append(retrieval.Note is { } note ? " " + MarkdownText.Sentence(note) : "").Append("\n\n");

        var cited = Enumerable.Range(0, citations.Count).Where(index => retrieval.Passages.Any(passage => Overlaps(passage, citations[index]))).ToArray();
        foreach (var index in cited)
        {
            if (told.Add(index))
                WriteCitation(index, citations[index], text);
            else
                text.Append("**[").Append(index + 1).Append("]** as above.\n\n");
        }

        var others = retrieval.Passages.Where(passage => !citations.Any(citation => Overlaps(passage, citation))).Take(AlsoFound).ToArray();
        if (others.Length > 0)
            text.Append(retrieval.Answered ? "Also found: " : "Closest passages: ").AppendJoin(", ", others.Select(passage => Words.Place(passage.File, passage.StartLine, passage.EndLine))).Append(".\n\n");
    }

    private static void WriteCitation(int index, Citation citation, StringBuilder text) =>
        text.Append("**[").Append(index + 1).Append("]** ").Append(Words.Place(citation.File, citation.StartLine, citation.EndLine)).Append("\n\n")
            .Append(MarkdownText.Quote(citation.Quote)).Append('\n');

    private static bool Overlaps(Citation one, Citation other) =>
        one.File == other.File && one.StartLine <= other.EndLine && other.StartLine <= one.EndLine;
}
