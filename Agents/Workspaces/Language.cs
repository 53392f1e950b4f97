namespace Agents.Workspaces;

/// <summary>What a file is for.</summary>
public enum LanguageKind
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>Program text.</summary>
    Source,

    /// <summary>Prose for people: Markdown, reStructuredText, HTML, plain text.</summary>
    Document,

    /// <summary>Settings and records: JSON, YAML, XML, CSV.</summary>
    Data,
}

/// <summary>A language a file may be written in.</summary>
/// <param name="Name">As people write it, e.g. <c>C#</c>.</param>
/// <param name="Kind">What its files are for.</param>
/// <param name="LineComments">What starts a comment that ends with the line.</param>
/// <param name="BlockOpen">What opens a comment over several lines; null if there is none.</param>
/// <param name="BlockClose">What closes it; null if there is none.</param>
public sealed record Language(string Name, LanguageKind Kind, IReadOnlyList<string> LineComments, string? BlockOpen = null, string? BlockClose = null)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
