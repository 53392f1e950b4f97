namespace Agents.Researcher.Documents;

/// <summary>The headings that are open at a place of a document.</summary>
internal sealed class HeadingPath
{
    private readonly List<(int Level, string Text)> _open = [];

    /// <summary>The first heading, unless the document was given a title.</summary>
    public string Title { get; set; } = "";

    public string Text { get; private set; } = "";

    public void Enter(int level, string text)
    {
        while (_open.Count > 0 && _open[^1].Level >= level)
            _open.RemoveAt(_open.Count - 1);
        if (Title.Length == 0)
            Title = text;
        _open.Add((level, text));
        Text = string.Join(" > ", _open.Select(heading => heading.Text).Where(heading => heading != Title));
    }
}
