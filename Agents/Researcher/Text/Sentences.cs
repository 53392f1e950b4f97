namespace Agents.Researcher.Text;

/// <summary>Cuts a passage into sentences, list items, table rows and lines of code, by their place in the text.</summary>
internal static class Sentences
{
    public static List<(int Start, int End)> Of(string text)
    {
        List<(int, int)> found = [];
        var inCode = false;
        var start = 0;
        var lineStart = 0;
        while (lineStart < text.Length)
        {
            var lineEnd = text.AsSpan(lineStart).IndexOfAny('\n', '\r') is var length and >= 0 ? lineStart + length : text.Length;
            var line = text.AsSpan(lineStart, lineEnd - lineStart).Trim();
            var fence = line.StartsWith("```") || line.StartsWith("~~~");
            if (fence)
                inCode = !inCode;
            if (line.IsEmpty || fence || inCode || Opens(line))
            {
                Add(found, text, start, lineStart);
                start = fence ? lineEnd : lineStart;
            }

            if (!inCode && !fence)
                start = SplitLine(found, text, start, lineStart, lineEnd);
            lineStart = lineEnd + 1;
        }

        Add(found, text, start, text.Length);
        return found;
    }

    private static int SplitLine(List<(int, int)> found, string text, int start, int lineStart, int lineEnd)
    {
        for (var i = lineStart; i < lineEnd; i++)
        {
            // A full stop ends a sentence when a blank and a capital, a digit or markup follow, and no abbreviation stands before.
            if (text[i] is not ('.' or '!' or '?') || i + 2 >= lineEnd || text[i + 1] != ' ' || char.IsLower(text[i + 2]))
                continue;
            if (i >= 3 && text[i - 2] == '.' && char.IsLetter(text[i - 1]))
                continue;
            Add(found, text, start, i + 1);
            start = i + 1;
        }

        return start;
    }

    // A line that starts something of its own: an item, a row, a heading, a comment, a key.
    private static bool Opens(ReadOnlySpan<char> line) =>
        line[0] is '-' or '*' or '|' or '#' or '<' or '>' or '+' or '/' || (char.IsDigit(line[0]) && line.Length > 2 && line[1..3] is ". " or ") ");

    private static void Add(List<(int, int)> found, string text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
            start++;
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        if (end - start > 1)
            found.Add((start, end));
    }
}
