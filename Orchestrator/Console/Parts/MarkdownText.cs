using Markdig;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Orchestrator.Console.Parts;

/// <summary>Markdown as HTML that can do no harm: no raw HTML, no picture from elsewhere, links to http and https only.</summary>
internal static class MarkdownText
{
    private const int MaxLength = 500_000;
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseTaskLists().UseAutoLinks().DisableHtml().Build();

    /// <summary>Renders a text.</summary>
    public static string ToHtml(string text)
    {
        var document = Markdown.Parse(text.Length > MaxLength ? text[..MaxLength] : text, s_pipeline);
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            if (link.IsImage)
            {
                // A picture from elsewhere would tell others who reads; its description stays.
                link.IsImage = false;
            }

            if (!IsOfTheWeb(link.GetDynamicUrl?.Invoke() ?? link.Url))
            {
                link.Url = "";
                link.GetDynamicUrl = null;
            }

            link.GetAttributes().AddPropertyIfNotExist("rel", "noreferrer nofollow");
        }

        foreach (var link in document.Descendants<AutolinkInline>().Where(link => link.IsEmail || !IsOfTheWeb(link.Url)).ToList())
        {
            link.ReplaceBy(new LiteralInline(link.Url));
        }

        // The page has its own first heading.
        foreach (var heading in document.Descendants<HeadingBlock>())
        {
            heading.Level = Math.Min(heading.Level + 2, 6);
        }

        return document.ToHtml(s_pipeline);
    }

    private static bool IsOfTheWeb(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
