using Agents.Workspaces;

namespace Agents.Rules.Metrics.Code;

/// <summary>Which lines hold code, and which only comment.</summary>
internal sealed class LineKinds(TextFile file)
{
    private readonly bool[] _code = new bool[file.LineCount + 1];
    private readonly bool[] _comment = new bool[file.LineCount + 1];

    public int CodeLines => _code.Count(code => code);

    public int CommentLines => _comment.Where((comment, line) => comment && !_code[line]).Count();

    public void Code(int start, int end) => Mark(_code, start, end);

    public void Comment(int start, int end) => Mark(_comment, start, end);

    // A blank line within a comment or a long text counts as what it stands in.
    private void Mark(bool[] lines, int start, int end)
    {
        var last = file.LineAt(Math.Max(start, end - 1));
        for (var line = file.LineAt(start); line <= last; line++)
            lines[line] = true;
    }
}
