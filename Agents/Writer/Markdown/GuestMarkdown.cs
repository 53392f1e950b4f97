using System.Text;

namespace Agents.Writer.Markdown;

/// <summary>
/// Markdown that another agent wrote, made fit to stand inside a report: its headings do not join the report's outline, its
/// HTML and images do nothing, and a fence that it left open is closed.
/// </summary>
internal static class GuestMarkdown
{
    public static string Host(string markdown)
    {
        var result = new StringBuilder(markdown.Length + 64);
        string? fence = null;
        var afterText = false;
        foreach (var line in MarkdownText.Lines(markdown))
        {
            var start = line.TrimStart(' ');
            if (fence is not null)
            {
                result.Append(line).Append('\n');
                if (start.StartsWith(fence, StringComparison.Ordinal) && start.AsSpan().TrimEnd().IndexOfAnyExcept(fence[0]) < 0)
                    fence = null;
                afterText = false;
                continue;
            }

            fence = FenceOf(start);
            result.Append(fence is not null ? line : Line(line, start, afterText)).Append('\n');
            afterText = fence is null && start.Length > 0;
        }

        if (fence is not null)
            result.Append(fence).Append('\n');
        return result.ToString().Trim('\n');
    }

    private static string? FenceOf(string start)
    {
        if (start.Length < 3 || start[0] is not ('`' or '~'))
            return null;
        var length = start.AsSpan().IndexOfAnyExcept(start[0]) is var end and >= 0 ? end : start.Length;
        // A line like ```x``` is a code span.
        return length >= 3 && (start[0] == '~' || !start.AsSpan(length).Contains('`')) ? new string(start[0], length) : null;
    }

    private static string Line(string line, string start, bool afterText)
    {
        var hashes = start.AsSpan().IndexOfAnyExcept('#') is var end and >= 0 ? end : start.Length;
        if (hashes is >= 1 and <= 6 && (hashes == start.Length || start[hashes] is ' ' or '\t'))
        {
            var heading = start[hashes..].Trim().TrimEnd('#').Trim();
            return heading.Length == 0 ? "" : $"**{Neutral(heading).Replace("**", "", StringComparison.Ordinal)}**";
        }

        // Under text, a row of = or - would make that text a heading.
        if (afterText && start.TrimEnd() is { Length: > 0 } rule && (rule.AsSpan().IndexOfAnyExcept('=') < 0 || rule.AsSpan().IndexOfAnyExcept('-') < 0))
            return "\\" + start;
        return Neutral(line);
    }

    private static string Neutral(string line)
    {
        var text = new StringBuilder(line.Length + 4);
        var code = 0;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '`')
            {
                var run = line.AsSpan(i).IndexOfAnyExcept('`') is var end and >= 0 ? end : line.Length - i;
                code = code == 0 && Closes(line, i + run, run) ? run : code == run ? 0 : code;
                text.Append('`', run);
                i += run - 1;
                continue;
            }

            var next = i + 1 < line.Length ? line[i + 1] : ' ';
            if (code == 0 && ((line[i] == '<' && (char.IsAsciiLetter(next) || next is '/' or '!' or '?')) || (line[i] == '!' && next == '[')))
                text.Append('\\');
            text.Append(line[i]);
        }

        return text.ToString();
    }

    private static bool Closes(string line, int from, int length)
    {
        for (var i = from; i < line.Length; i++)
        {
            if (line[i] != '`')
                continue;
            var run = line.AsSpan(i).IndexOfAnyExcept('`') is var end and >= 0 ? end : line.Length - i;
            if (run == length)
                return true;
            i += run - 1;
        }

        return false;
    }
}
