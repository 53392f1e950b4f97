using Agents.Workspaces;

namespace Agents.Researcher.Documents;

/// <summary>A stretch of a document that is found and cited as one.</summary>
/// <param name="Start">Where it starts in the text.</param>
/// <param name="End">Where it ends, exclusive.</param>
/// <param name="StartLine">From 1.</param>
/// <param name="EndLine">The line of its last character.</param>
/// <param name="Heading">The headings it stands under.</param>
internal readonly record struct Passage(int Start, int End, int StartLine, int EndLine, string Heading);

/// <summary>
/// Joins the blocks of a section to passages of readable size: whole lines, a code example with the text that introduces it,
/// nothing across headings. Lines without end, as tools write them, are cut at sentences.
/// </summary>
internal static class PassageCutter
{
    private const int TargetCharacters = 700;
    private const int MostLines = 24;
    private const int LongLine = 1600;

    public static IEnumerable<Passage> Cut(ParsedDocument document)
    {
        var file = document.File;
        List<Block> open = [];
        foreach (var block in document.Blocks)
        {
            if (open.Count > 0 && !Joins(file, open, block))
            {
                foreach (var passage in Close(file, open))
                    yield return passage;
                open.Clear();
            }

            open.Add(block);
        }

        foreach (var passage in Close(file, open))
            yield return passage;
    }

    private static bool Joins(TextFile file, List<Block> open, Block next)
    {
        if (next.Kind == BlockKind.Heading || next.Heading != open[^1].Heading)
            return false;
        if (open.TrueForAll(block => block.Kind == BlockKind.Heading))
            return true;
        var lines = next.End - open[0].Start + 1;
        var characters = Length(file, open[0].Start, open[^1].End);
        var added = Length(file, next.Start, next.End);
        if (lines > MostLines)
            return false;
        // An example belongs to what it illustrates, and two examples of one paragraph to each other.
        return next.Kind == BlockKind.Code ? characters + added <= 2 * TargetCharacters : characters + added <= TargetCharacters;
    }

    private static IEnumerable<Passage> Close(TextFile file, List<Block> open)
    {
        if (open.Count == 0 || (open.Count == 1 && open[0].Kind == BlockKind.Heading))
            yield break;
        var end = open[^1].End;
        var start = open[0].Start;
        while (start <= end)
        {
            var last = start;
            while (last < end && last - start + 1 < MostLines && Length(file, start, last + 1) <= 2 * TargetCharacters)
                last++;
            // A few lines that are left over go along.
            if (last < end && end - last < 4 && Length(file, last + 1, end) < TargetCharacters)
                last = end;
            if (last == start && file.Span(start).Length > LongLine)
            {
                foreach (var piece in Pieces(file, start, open[0].Heading))
                    yield return piece;
            }
            else
            {
                yield return new Passage(file.Start(start), file.Start(last) + file.Span(last).Length, start, last, open[0].Heading);
            }

            start = last + 1;
        }
    }

    private static IEnumerable<Passage> Pieces(TextFile file, int line, string heading)
    {
        var start = file.Start(line);
        var end = start + file.Span(line).Length;
        while (start < end)
        {
            var stop = Math.Min(end, start + TargetCharacters);
            if (stop < end)
            {
                var sentence = file.Text.LastIndexOf(". ", stop - 1, stop - start, StringComparison.Ordinal);
                var blank = file.Text.LastIndexOf(' ', stop - 1, stop - start);
                stop = sentence > start + (TargetCharacters / 2) ? sentence + 1 : blank > start ? blank : stop;
            }

            yield return new Passage(start, stop, line, line, heading);
            start = stop;
        }
    }

    private static int Length(TextFile file, int startLine, int endLine) => file.Start(endLine) + file.Span(endLine).Length - file.Start(startLine);
}
