using System.Text;
using Agents.Workspaces;

namespace Agents.Researcher.Documents;

/// <summary>Reads the comments of a program, each with the line it stands above: that is where programs are documented.</summary>
internal static class CommentedSource
{
    public static ParsedDocument Parse(TextFile file, Language language)
    {
        List<Block> blocks = [];
        var readable = new StringBuilder(file.Text.Length);
        string? closes = null;
        int start = 0, at = 0;
        for (var line = 1; line <= file.LineCount; line++)
        {
            var raw = file.Line(line);
            var text = raw.TrimStart();
            var isComment = closes is not null || language.LineComments.Any(mark => text.StartsWith(mark, StringComparison.Ordinal));
            if (closes is null && !isComment && Opens(text, language) is { } opened)
            {
                isComment = true;
                closes = opened.Close;
                text = text[opened.Open.Length..];
            }

            if (closes is not null && text.Contains(closes, StringComparison.Ordinal))
                closes = null;

            // The line below a comment says what it is about.
            var below = !isComment && start > 0 && text.Length > 0;
            if (isComment && start == 0)
                start = line;
            if (!isComment && start > 0)
            {
                blocks.Add(new Block(start, below ? line : line - 1, below ? text.Trim() : ""));
                start = 0;
            }

            Copy(readable, file, line, ref at, isComment || below);
        }

        if (start > 0)
            blocks.Add(new Block(start, file.LineCount, ""));
        readable.Append(file.Text, at, file.Text.Length - at);
        return new ParsedDocument(file, readable.ToString(), "", blocks);
    }

    private static (string Open, string Close)? Opens(string text, Language language)
    {
        if (language.BlockOpen is not null && text.StartsWith(language.BlockOpen, StringComparison.Ordinal))
            return (language.BlockOpen, language.BlockClose!);
        if (language != Languages.Python)
            return null;
        var prefix = text.Length > 0 && text[0] is 'r' or 'R' or 'u' or 'f' ? 1 : 0;
        return text.AsSpan(prefix).StartsWith("\"\"\"") ? (text[..(prefix + 3)], "\"\"\"") : text.AsSpan(prefix).StartsWith("'''") ? (text[..(prefix + 3)], "'''") : null;
    }

    private static void Copy(StringBuilder readable, TextFile file, int line, ref int at, bool keep)
    {
        readable.Append(file.Text, at, file.Start(line) - at);
        var length = file.Span(line).Length;
        if (keep)
            readable.Append(file.Span(line));
        else
            readable.Append(' ', length);
        at = file.Start(line) + length;
    }
}
