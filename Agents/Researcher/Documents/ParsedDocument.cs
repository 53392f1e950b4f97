using Agents.Workspaces;

namespace Agents.Researcher.Documents;

/// <summary>What a run of lines is, as far as cutting passages goes.</summary>
internal enum BlockKind
{
    Text,
    Code,
    Heading,
}

/// <summary>Lines that belong together: a paragraph, a list, a table, a code example, a heading.</summary>
/// <param name="Start">First line, from 1.</param>
/// <param name="End">Last line.</param>
/// <param name="Heading">The headings it stands under, outermost first, without the document's title.</param>
/// <param name="Kind">What it is.</param>
internal sealed record Block(int Start, int End, string Heading, BlockKind Kind = BlockKind.Text);

/// <summary>A document, read.</summary>
/// <param name="File">The text as it is.</param>
/// <param name="Readable">The same text, character for character, with blanks where nobody reads: tags, addresses, code around comments.</param>
/// <param name="Title">What it calls itself; empty if it does not.</param>
/// <param name="Blocks">In order, not overlapping.</param>
internal sealed record ParsedDocument(TextFile File, string Readable, string Title, IReadOnlyList<Block> Blocks)
{
    /// <summary>Reads a file as what its language says it is.</summary>
    public static ParsedDocument Parse(TextFile file, Language language)
    {
        if (language == Languages.Html)
            return HtmlDocument.Parse(file);
        if (language.Kind == LanguageKind.Source)
            return CommentedSource.Parse(file, language);
        return language == Languages.RestructuredText ? PlainDocument.Parse(file, underlined: true)
            : language == Languages.Markdown ? MarkdownDocument.Parse(file)
            : PlainDocument.Parse(file, underlined: language.Name is "AsciiDoc" or "Text");
    }
}
