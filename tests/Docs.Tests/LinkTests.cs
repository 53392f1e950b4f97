using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Docs.Tests;

/// <summary>A link within the repository leads to a file that is there, and to a heading of it.</summary>
public class LinkTests
{
    [Fact]
    public void Links_WithinTheRepository_LeadSomewhere()
    {
        var links = Pages.All.SelectMany(page => page.Value.Descendants<LinkInline>().Select(link => (Page: page.Key, Target: link.Url ?? "")))
            .Where(link => !Uri.TryCreate(link.Target, UriKind.Absolute, out _)).ToList();

        links.Count.ShouldBeGreaterThan(50);
        links.Where(link => !Leads(link.Page, link.Target)).ShouldBeEmpty();
    }

    private static bool Leads(string page, string target)
    {
        var parts = target.Split('#', 2);
        var path = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, parts[0]);
        var full = Path.GetFullPath(path, Repository.Root);
        return Path.Exists(full) && (parts.Length == 1 || Pages.Read(full).Descendants<HeadingBlock>().Any(heading => heading.GetAttributes().Id == parts[1]));
    }
}
