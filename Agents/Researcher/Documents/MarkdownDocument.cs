using System.Text.RegularExpressions;
using Agents.Workspaces;

namespace Agents.Researcher.Documents;

/// <summary>Reads Markdown (and MDX) line by line: front matter, headings, fenced code, paragraphs, tables.</summary>
internal static partial class MarkdownDocument
{
    public static ParsedDocument Parse(TextFile file)
    {
        List<Block> blocks = [];
        var headings = new HeadingPath();
        var line = FrontMatter(file, headings, blocks);
        var start = 0;
        while (line <= file.LineCount)
        {
            var text = file.Span(line).Trim();
            var fence = FenceOf(text);
            if (fence > 0)
            {
                Close(line - 1);
                var end = FenceEnd(file, line, text[0], fence);
                blocks.Add(new Block(line, end, headings.Text, BlockKind.Code));
                line = end + 1;
                continue;
            }

            var level = Level(file.Span(line));
            if (level > 0)
            {
                Close(line - 1);
                headings.Enter(level, Clean(text[level..].Trim().TrimEnd('#').Trim().ToString()));
                blocks.Add(new Block(line, line, headings.Text, BlockKind.Heading));
            }
            else if (start > 0 && start == line - 1 && IsUnderline(text) && !file.Span(start).TrimStart().StartsWith("|"))
            {
                headings.Enter(text[0] == '=' ? 1 : 2, Clean(file.Span(start).Trim().ToString()));
                blocks.Add(new Block(start, line, headings.Text, BlockKind.Heading));
                start = 0;
            }
            else if (text.IsEmpty || IsRule(text))
            {
                Close(line - 1);
            }
            else if (start == 0)
            {
                start = line;
            }

            line++;
        }

        Close(file.LineCount);
        return new ParsedDocument(file, Blank(file.Text), headings.Title, blocks);

        void Close(int end)
        {
            if (start > 0)
                blocks.Add(new Block(start, end, headings.Text));
            start = 0;
        }
    }

    private static int FrontMatter(TextFile file, HeadingPath headings, List<Block> blocks)
    {
        if (file.LineCount < 3 || file.Line(1).TrimEnd() != "---")
            return 1;
        for (var line = 2; line <= Math.Min(file.LineCount, 60); line++)
        {
            var text = file.Span(line).Trim();
            if (text is "---")
            {
                if (line > 2)
                    blocks.Add(new Block(2, line - 1, ""));
                return line + 1;
            }

            if (text.StartsWith("title:", StringComparison.OrdinalIgnoreCase))
                headings.Title = Clean(text["title:".Length..].Trim().Trim('"').Trim('\'').ToString());
        }

        return 1;
    }

    private static int FenceOf(ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || text[0] is not ('`' or '~'))
            return 0;
        var length = 0;
        while (length < text.Length && text[length] == text[0])
            length++;
        return length >= 3 && (text[0] == '~' || !text[length..].Contains('`')) ? length : 0;
    }

    private static int FenceEnd(TextFile file, int start, char mark, int length)
    {
        for (var line = start + 1; line <= file.LineCount; line++)
        {
            var text = file.Span(line).Trim();
            if (text.Length >= length && !text.ContainsAnyExcept(mark))
                return line;
        }

        return file.LineCount;
    }

    private static int Level(ReadOnlySpan<char> line)
    {
        var text = line.TrimStart(' ');
        if (line.Length - text.Length > 3)
            return 0;
        var level = 0;
        while (level < text.Length && text[level] == '#')
            level++;
        return level is > 0 and <= 6 && level < text.Length && text[level] is ' ' or '\t' ? level : 0;
    }

    private static bool IsUnderline(ReadOnlySpan<char> text) => text.Length >= 2 && (!text.ContainsAnyExcept('=') || !text.ContainsAnyExcept('-'));

    private static bool IsRule(ReadOnlySpan<char> text) => text.Length >= 3 && text[0] is '-' or '*' or '_' && !text.ContainsAnyExcept(text[0]);

    private static string Clean(string heading) => Marks().Replace(Links().Replace(heading, "${text}"), "");

    // Where a link leads, and tags, are not what the text says.
    private static string Blank(string text) =>
        Unread().Replace(text, match => new string([.. match.Value.Select(c => c is '\n' or '\r' ? c : ' ')]));

    [GeneratedRegex(@"(?<=\])\([^()\s]*(?:\([^()\s]*\))?[^()\s]*\)|https?://[^\s)>\]""'`]+|<!--.*?-->|</?[A-Za-z][\w.-]*(?=[\s/>])|data:[a-z]+/[^\s)""']+", RegexOptions.Singleline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Unread();

    [GeneratedRegex(@"!?\[(?<text>[^\]]*)\]\([^)]*\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Links();

    [GeneratedRegex("[`*]|</?[a-z]+>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Marks();
}
