namespace Agents.Rules.Patches;

/// <summary>Lines as patches count them: each with its line break, and only LF ends one.</summary>
public static class PatchLines
{
    /// <summary>Takes a text apart; put together again the lines are the text.</summary>
    /// <param name="text">Any text.</param>
    public static List<string> Split(string text)
    {
        var lines = new List<string>();
        var start = 0;
        while (start < text.Length)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }

    /// <summary>Replaces a run of lines.</summary>
    /// <param name="text">The whole text, line ends and byte order mark as in the file.</param>
    /// <param name="startLine">The first line that is replaced, from 1.</param>
    /// <param name="endLine">The last line that is replaced, inclusive.</param>
    /// <param name="replacement">The new lines without the last line break; empty deletes the lines.</param>
    /// <returns>The whole new text; new lines end as the first that they replace.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The text has no such lines.</exception>
    public static string Replace(string text, int startLine, int endLine, string replacement)
    {
        var lines = Split(text);
        if (startLine < 1 || endLine < startLine || endLine > lines.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(startLine), $"Lines {startLine} to {endLine} are not in a file of {lines.Count} lines.");
        }

        var lineBreak = lines[startLine - 1].EndsWith("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var atEnd = endLine == lines.Count && !lines[^1].EndsWith('\n');
        return string.Concat([.. lines.Take(startLine - 1), .. NewLines(replacement, lineBreak, atEnd), .. lines.Skip(endLine)]);
    }

    private static List<string> NewLines(string replacement, string lineBreak, bool atEnd)
    {
        if (replacement.Length == 0)
        {
            return [];
        }

        var lines = replacement.ReplaceLineEndings("\n").Split('\n');
        return [.. lines.Select((line, i) => atEnd && i == lines.Length - 1 ? line : line + lineBreak)];
    }
}
