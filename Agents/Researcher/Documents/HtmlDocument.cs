using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Agents.Workspaces;

namespace Agents.Researcher.Documents;

/// <summary>Reads HTML without building a tree: the text stays where it is in the file, and tags become blanks.</summary>
internal static partial class HtmlDocument
{
    private static readonly HashSet<string> Breaking = new(StringComparer.OrdinalIgnoreCase)
    {
        "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "table", "tr", "pre", "blockquote", "section", "article", "main", "aside", "header", "footer", "nav", "br", "hr",
        "h1", "h2", "h3", "h4", "h5", "h6", "body", "title", "figure",
    };

    public static ParsedDocument Parse(TextFile file)
    {
        var readable = new StringBuilder(file.Text);
        var headings = new HeadingPath();
        List<(int Line, bool Heading, string Path)> breaks = [];
        foreach (Match match in Markup().Matches(file.Text))
        {
            var name = match.Groups["name"].Value;
            var isHeading = name.Length == 2 && name[0] is 'h' or 'H' && char.IsDigit(name[1]);
            if (match.Groups["entity"].Success)
            {
                Entity(readable, match);
                continue;
            }

            Blank(readable, match.Index, match.Length);
            if (!Breaking.Contains(name))
                continue;
            var opens = !match.Value.StartsWith("</", StringComparison.Ordinal);
            if (opens && (isHeading || name.Equals("title", StringComparison.OrdinalIgnoreCase)))
            {
                var text = Inner(file.Text, match.Index + match.Length, name);
                if (!isHeading)
                    headings.Title = text;
                else if (text.Length > 0)
                    headings.Enter(name[1] - '0', text);
            }

            breaks.Add((file.LineAt(match.Index + (opens ? 0 : match.Length - 1)), opens && isHeading, headings.Text));
        }

        var text2 = readable.ToString();
        return new ParsedDocument(file, text2, headings.Title, Blocks(new TextFile(file.Path, text2), breaks));
    }

    // A block runs from one breaking tag to the line before the next one that starts a later line.
    private static List<Block> Blocks(TextFile readable, List<(int Line, bool Heading, string Path)> breaks)
    {
        List<Block> blocks = [];
        var path = "";
        var kind = BlockKind.Text;
        var start = 1;
        foreach (var next in breaks)
        {
            if (next.Line > start)
            {
                Add(start, next.Line - 1);
                start = next.Line;
                kind = BlockKind.Text;
            }

            path = next.Path;
            if (next.Heading)
                kind = BlockKind.Heading;
        }

        Add(start, readable.LineCount);
        return blocks;

        void Add(int from, int to)
        {
            while (from <= to && readable.Span(from).IsWhiteSpace())
                from++;
            while (to >= from && readable.Span(to).IsWhiteSpace())
                to--;
            if (from <= to)
                blocks.Add(new Block(from, to, path, kind));
        }
    }

    private static string Inner(string text, int start, string name)
    {
        var end = text.IndexOf("</" + name, start, StringComparison.OrdinalIgnoreCase);
        if (end < 0 || end - start > 1000)
            return "";
        return WebUtility.HtmlDecode(Markup().Replace(text[start..end], match => match.Groups["entity"].Success ? match.Value : "")).Trim().TrimEnd('¶', '#').Trim();
    }

    private static void Entity(StringBuilder text, Match match)
    {
        var decoded = WebUtility.HtmlDecode(match.Value);
        Blank(text, match.Index, match.Length);
        if (decoded.Length == 1)
            text[match.Index] = decoded[0] == '\u00a0' ? ' ' : decoded[0];
    }

    private static void Blank(StringBuilder text, int start, int length)
    {
        for (var i = start; i < start + length; i++)
        {
            if (text[i] is not ('\n' or '\r'))
                text[i] = ' ';
        }
    }

    [GeneratedRegex(@"<!--.*?-->|<(?<name>script|style|svg)\b.*?</\k<name>\s*>|</?(?<name>[A-Za-z][A-Za-z0-9:-]*)(?:[^<>""']|""[^""]*""|'[^']*')*>|<![^>]*>|(?<entity>&(?:#\d+|#x[0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);)", RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10000)]
    private static partial Regex Markup();
}
