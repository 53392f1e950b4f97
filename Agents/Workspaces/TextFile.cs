using System.Text;

namespace Agents.Workspaces;

/// <summary>The text of a file and where its lines are. A line ends with LF, CR LF or CR, which is not part of it.</summary>
public sealed class TextFile
{
    private readonly List<(int Start, int Length)> _lines = [];

    /// <summary>Finds the lines of a text.</summary>
    /// <param name="path">Relative to the workspace, with '/'.</param>
    /// <param name="text">The text, without a byte order mark.</param>
    public TextFile(string path, string text)
    {
        Path = path;
        Text = text;
        var start = 0;
        while (start < text.Length)
        {
            var length = text.AsSpan(start).IndexOfAny('\n', '\r');
            if (length < 0)
            {
                _lines.Add((start, text.Length - start));
                break;
            }

            _lines.Add((start, length));
            start += length + 1;
            if (text[start - 1] == '\r' && start < text.Length && text[start] == '\n')
                start++;
        }
    }

    /// <summary>Relative to the workspace, with '/'.</summary>
    public string Path { get; }

    /// <summary>All of it, line ends as in the file.</summary>
    public string Text { get; }

    /// <summary>How many lines there are; an empty file has none.</summary>
    public int LineCount => _lines.Count;

    /// <summary>One line, without its end.</summary>
    /// <param name="number">From 1.</param>
    public string Line(int number) => Span(number).ToString();

    /// <summary>One line, without its end and without a copy.</summary>
    /// <param name="number">From 1.</param>
    public ReadOnlySpan<char> Span(int number) => Text.AsSpan(_lines[number - 1].Start, _lines[number - 1].Length);

    /// <summary>Where a line starts in <see cref="Text"/>.</summary>
    /// <param name="number">From 1.</param>
    public int Start(int number) => _lines[number - 1].Start;

    /// <summary>The number, from 1, of the line that holds a position of <see cref="Text"/>; 0 for an empty text.</summary>
    /// <param name="offset">From 0; beyond the end is the last line.</param>
    public int LineAt(int offset)
    {
        int low = 0, high = _lines.Count - 1, found = -1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_lines[middle].Start <= offset)
            {
                found = middle;
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return found + 1;
    }

    /// <summary>The exact text from one line to another, both included, line ends between them as in the file.</summary>
    /// <param name="startLine">From 1.</param>
    /// <param name="endLine">Not before <paramref name="startLine"/>.</param>
    public string Quote(int startLine, int endLine)
    {
        var start = _lines[startLine - 1].Start;
        var last = _lines[endLine - 1];
        return Text[start..(last.Start + last.Length)];
    }

    /// <summary>Whether a range of lines exists in this file.</summary>
    /// <param name="startLine">From 1.</param>
    /// <param name="endLine">From 1.</param>
    public bool HasRange(int startLine, int endLine) => startLine >= 1 && startLine <= endLine && endLine <= LineCount;

    internal static TextFile Decode(string path, byte[] bytes)
    {
        var sample = bytes.AsSpan(0, Math.Min(bytes.Length, TextSniffer.SampleBytes));
        var encoding = TextSniffer.Detect(sample)
            ?? throw new WorkspaceException(WorkspaceException.Unreadable, $"'{path}' is not a text file.");
        var preamble = encoding.GetPreamble();
        var skip = preamble.Length > 0 && bytes.AsSpan().StartsWith(preamble) ? preamble.Length : 0;
        return new TextFile(path, encoding.GetString(bytes, skip, bytes.Length - skip));
    }
}
