using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Agents.Tools.BuiltIn;

/// <summary>What a person would read of a page: no scripts, styles or markup; blocks on lines of their own, links with their addresses.</summary>
internal static class HtmlText
{
    private static readonly HashSet<string> Left = new(StringComparer.OrdinalIgnoreCase) { "script", "style", "noscript", "template", "svg", "head", "iframe", "object" };

    private static readonly HashSet<string> Blocks = new(StringComparer.OrdinalIgnoreCase)
    {
        "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul",
    };

    public static (string? Title, string Text) Of(string html)
    {
        using var document = new HtmlParser(new HtmlParserOptions { IsScripting = false }).ParseDocument(html);
        var text = new StringBuilder();
        if (document.Body is { } body)
            Add(body, text, isPre: false, depth: 0);
        var lines = text.ToString().Split('\n').Select(line => line.TrimEnd()).ToList();
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            if (lines[i].Length == 0 && (i == 0 || lines[i - 1].Length == 0))
                lines.RemoveAt(i);
        }

        return (document.Title is { Length: > 0 } title ? title.Trim() : null, string.Join('\n', lines).Trim());
    }

    private static void Add(INode node, StringBuilder text, bool isPre, int depth)
    {
        if (depth > 400)
            return; // nobody writes that; the stack is finite
        foreach (var child in node.ChildNodes)
        {
            if (child is IText words)
                AddWords(words.Data, text, isPre);
            else if (child is IElement element && !Left.Contains(element.LocalName) && !element.HasAttribute("hidden"))
                AddElement(element, text, isPre, depth);
        }
    }

    private static void AddElement(IElement element, StringBuilder text, bool isPre, int depth)
    {
        var isBlock = Blocks.Contains(element.LocalName);
        if (isBlock)
            text.Append('\n');
        if (element.LocalName == "li")
            text.Append("- ");
        if (element.LocalName is "td" or "th" && text.Length > 0 && text[^1] != '\n')
            text.Append(" | ");
        Add(element, text, isPre || element.LocalName == "pre", depth + 1);
        if (element.LocalName == "a" && element.GetAttribute("href") is { Length: > 0 } link && link[0] != '#' && !link.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase))
            text.Append(" (").Append(link).Append(')');
        if (isBlock)
            text.Append('\n');
    }

    private static void AddWords(string words, StringBuilder text, bool isPre)
    {
        if (isPre)
        {
            text.Append(words);
            return;
        }

        foreach (var c in words)
        {
            if (!char.IsWhiteSpace(c))
                text.Append(c);
            else if (text.Length > 0 && text[^1] is not (' ' or '\n'))
                text.Append(' ');
        }
    }
}
