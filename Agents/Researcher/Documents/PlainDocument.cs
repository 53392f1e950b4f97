using Agents.Workspaces;

namespace Agents.Researcher.Documents;

/// <summary>Reads text whose paragraphs are set apart by blank lines: plain text, reStructuredText, manual pages.</summary>
internal static class PlainDocument
{
    private const string Underlines = "=-~^\"'*+#`:._";

    /// <param name="file">The text.</param>
    /// <param name="underlined">Whether a line of punctuation below another makes that a heading.</param>
    public static ParsedDocument Parse(TextFile file, bool underlined)
    {
        List<Block> blocks = [];
        var headings = new HeadingPath();
        List<char> levels = [];
        var start = 0;
        for (var line = 1; line <= file.LineCount; line++)
        {
            var text = file.Span(line).TrimEnd();
            if (underlined && line < file.LineCount && IsHeading(file, line))
            {
                Close(line - 1);
                var mark = file.Span(line + 1)[0];
                if (!levels.Contains(mark))
                    levels.Add(mark);
                headings.Enter(levels.IndexOf(mark) + 1, text.Trim().ToString());
                blocks.Add(new Block(line, line + 1, headings.Text, BlockKind.Heading));
                line++;
            }
            else if (IsMarkedHeading(text) is { } marked)
            {
                Close(line - 1);
                headings.Enter(marked.Level, marked.Text);
                blocks.Add(new Block(line, line, headings.Text, BlockKind.Heading));
            }
            else if (text.IsEmpty || (underlined && IsUnderline(text)))
            {
                Close(line - 1);
            }
            else if (start == 0)
            {
                start = line;
            }
        }

        Close(file.LineCount);
        return new ParsedDocument(file, file.Text, headings.Title, blocks);

        void Close(int end)
        {
            if (start > 0)
                blocks.Add(new Block(start, end, headings.Text));
            start = 0;
        }
    }

    private static bool IsHeading(TextFile file, int line)
    {
        var text = file.Span(line).TrimEnd();
        var below = file.Span(line + 1).TrimEnd();
        return !text.IsEmpty && text.Length <= 120 && !IsUnderline(text) && IsUnderline(below) && below.Length >= Math.Min(text.Length, 60) - 1
            && (line == 1 || file.Span(line - 1).IsWhiteSpace() || IsUnderline(file.Span(line - 1).TrimEnd()));
    }

    private static bool IsUnderline(ReadOnlySpan<char> text) => text.Length >= 3 && Underlines.Contains(text[0]) && !text.ContainsAnyExcept(text[0]);

    // "== Title" of AsciiDoc, ".SH NAME" of manual pages.
    private static (int Level, string Text)? IsMarkedHeading(ReadOnlySpan<char> text)
    {
        if (text.StartsWith(".SH ") || text.StartsWith(".Sh "))
            return (1, text[4..].Trim().Trim('"').ToString());
        if (text.StartsWith(".SS ") || text.StartsWith(".Ss "))
            return (2, text[4..].Trim().Trim('"').ToString());
        var level = 0;
        while (level < text.Length && text[level] == '=')
            level++;
        return level is > 0 and < 6 && text.Length > level + 1 && text[level] == ' ' && !text.EndsWith("=") ? (level, text[(level + 1)..].Trim().ToString()) : null;
    }
}
