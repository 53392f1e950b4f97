using System.Text;

namespace Agents.Writer.Markdown;

/// <summary>Puts text that others wrote into Markdown so that it shows as it is and changes nothing around it.</summary>
internal static class MarkdownText
{
    /// <summary>Plain text on one line. Nothing in it is markup.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        var line = OneLine(text);
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            var special = c switch
            {
                '\\' or '`' or '*' or '[' or ']' or '<' or '>' or '|' or '~' => true,
                // In the middle of a word it is no emphasis, and names are full of it.
                '_' => i == 0 || i == line.Length - 1 || !char.IsLetterOrDigit(line[i - 1]) || !char.IsLetterOrDigit(line[i + 1]),
                '&' => i + 1 < line.Length && (line[i + 1] == '#' || char.IsAsciiLetter(line[i + 1])),
                '#' or '+' or '-' or '=' => i == 0,
                '.' or ')' => i > 0 && i < 10 && line.AsSpan(0, i).IndexOfAnyExceptInRange('0', '9') < 0,
                '!' => i + 1 < line.Length && line[i + 1] == '[',
                _ => false,
            };
            if (special)
                escaped.Append('\\');
            escaped.Append(c);
        }

        return escaped.ToString();
    }

    /// <summary>A sentence that may hold `code`: the code stays code, the rest is plain.</summary>
    public static string Sentence(string text)
    {
        var result = new StringBuilder();
        var line = OneLine(text);
        var position = 0;
        while (position < line.Length)
        {
            var open = line.IndexOf('`', position);
            var close = open < 0 ? -1 : line.IndexOf('`', open + 1);
            if (close <= open + 1)
                break;
            result.Append(Plain(line[position..open], position == 0)).Append(Code(line[(open + 1)..close]));
            position = close + 1;
        }

        return result.Append(Plain(line[position..], position == 0)).ToString();

        // Marks of a line's beginning are harmless further on.
        static string Plain(string piece, bool first) => first || piece.Length == 0 ? Escape(piece) : Escape("x" + piece)[1..];
    }

    /// <summary>A code span, whatever backticks the text has.</summary>
    public static string Code(string text)
    {
        var line = OneLine(text, keepSpaces: true);
        if (line.Length == 0)
            return "";
        var fence = new string('`', LongestRun(line) + 1);
        var pad = line[0] is '`' or ' ' || line[^1] is '`' or ' ' ? " " : "";
        return $"{fence}{pad}{line}{pad}{fence}";
    }

    /// <summary>Text or code for a cell of a table, where a bar must be escaped even in code.</summary>
    public static string Cell(string markdown)
    {
        var cell = new StringBuilder(markdown.Length);
        for (var i = 0; i < markdown.Length; i++)
        {
            if (markdown[i] == '|' && (i == 0 || markdown[i - 1] != '\\'))
                cell.Append('\\');
            cell.Append(markdown[i] is '\n' or '\r' ? ' ' : markdown[i]);
        }

        return cell.ToString();
    }

    /// <summary>A fenced block that the text cannot leave.</summary>
    public static string Fence(string text, string language, string indent = "")
    {
        var fence = new string('`', Math.Max(3, LongestRun(text) + 1));
        var block = new StringBuilder().Append(indent).Append(fence).Append(language).Append('\n');
        foreach (var line in Lines(text))
            block.Append(line.Length == 0 ? "" : indent).Append(Printable(line)).Append('\n');
        return block.Append(indent).Append(fence).Append('\n').ToString();
    }

    /// <summary>A quotation, literal line by line.</summary>
    public static string Quote(string text, string indent = "")
    {
        var quote = new StringBuilder();
        foreach (var line in Lines(text))
            quote.Append(indent).Append("> ").Append(Escape(line)).Append("  \n");
        return quote.ToString();
    }

    /// <summary>The lines of a text, without their ends and without an empty last one.</summary>
    public static IReadOnlyList<string> Lines(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        return lines.Length > 0 && lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    private static string OneLine(string text, bool keepSpaces = false)
    {
        var line = new StringBuilder(text.Length);
        foreach (var c in text)
            line.Append(char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : IsBidirectional(c) ? '\uFFFD' : c);
        return keepSpaces ? line.ToString() : line.ToString().Trim();
    }

    private static string Printable(string line)
    {
        var text = new StringBuilder(line.Length);
        foreach (var c in line)
            text.Append((char.IsControl(c) && c != '\t') || IsBidirectional(c) ? '\uFFFD' : c);
        return text.ToString();
    }

    // They make a reader see other code than the compiler does.
    private static bool IsBidirectional(char c) => c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static int LongestRun(string text)
    {
        int longest = 0, run = 0;
        foreach (var c in text)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
