using Orchestrator.Console.Parts;

namespace Console.Tests;

public sealed class MarkdownTextTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>", "<script")]
    [InlineData("a <img src=x onerror=alert(1)> b", "<img")]
    [InlineData("[x](javascript:alert(1))", "javascript:")]
    [InlineData("[x](JaVaScRiPt:alert(1))", "javascript:")]
    [InlineData("[x](data:text/html,hello)", "data:")]
    [InlineData("<javascript:alert(1)>", "href=\"javascript:")]
    [InlineData("[x][1]\n\n[1]: javascript:alert(1)", "javascript:")]
    [InlineData("![x](https://elsewhere.example/pixel.png)", "<img")]
    [InlineData("[x](/api/runs)", "href=\"/api")]
    public void ToHtml_HarmfulText_LosesTheHarm(string text, string harm) =>
        MarkdownText.ToHtml(text).Contains(harm, StringComparison.OrdinalIgnoreCase).ShouldBeFalse(MarkdownText.ToHtml(text));

    [Fact]
    public void ToHtml_OrdinaryText_IsRendered()
    {
        var html = MarkdownText.ToHtml("# Title\n\n**bold** [site](https://example.org/a) \n\n| a | b |\n|---|---|\n| 1 | 2 |\n");

        html.ShouldContain("<h3>Title</h3>");
        html.ShouldContain("<strong>bold</strong>");
        html.ShouldContain("href=\"https://example.org/a\"");
        html.ShouldContain("<td>2</td>");
    }
}
