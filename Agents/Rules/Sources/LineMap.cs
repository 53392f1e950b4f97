namespace Agents.Rules.Sources;

/// <summary>From character positions to lines and back. Lines count from 1 and end with LF, CR LF or CR.</summary>
internal sealed class LineMap
{
    private readonly int[] _starts;
    private readonly string _text;

    public LineMap(string text)
    {
        _text = text;
        var starts = new List<int> { 0 };
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
            {
                starts.Add(i + 1);
            }
        }

        _starts = [.. starts];
    }

    /// <summary>The number of lines; a last line break does not begin another one.</summary>
    public int Count => _text.Length > 0 && _text[^1] is '\n' or '\r' ? _starts.Length - 1 : _starts.Length;

    public int LineAt(int position)
    {
        var found = Array.BinarySearch(_starts, Math.Clamp(position, 0, _text.Length));
        return found >= 0 ? found + 1 : ~found;
    }

    public int Start(int line) => _starts[Math.Clamp(line, 1, _starts.Length) - 1];

    /// <summary>The end of a line, before its line break.</summary>
    public int End(int line)
    {
        var end = line < _starts.Length ? _starts[line] - 1 : _text.Length;
        return end > Start(line) && _text[end - 1] == '\r' && line < _starts.Length ? end - 1 : end;
    }

    public string Text(int line) => _text[Start(line)..End(line)];
}
