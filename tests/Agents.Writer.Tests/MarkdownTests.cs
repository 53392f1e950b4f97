using Agents.Writer.Markdown;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Agents.Writer.Tests;

/// <summary>Judged by a real Markdown parser: what the text said must be what a reader sees, and nothing else.</summary>
public sealed class MarkdownTests
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseEmphasisExtras().Build();

    [Theory]
    [InlineData("plain text, with numbers 1.5 and (brackets)")]
    [InlineData("*star* **bold** _under_ __init__ snake_case_name ~gone~")]
    [InlineData("# not a heading")]
    [InlineData("1. not a list")]
    [InlineData("12) nor this")]
    [InlineData("- nor this")]
    [InlineData("[link](http://x) ![image](http://y) <b>html</b> <http://auto>")]
    [InlineData("a | b \\ c &amp; &#35; `code`")]
    [InlineData("+ plus = equals > quote")]
    public void Escape_AnyText_ShowsAsItIs(string text)
    {
        var document = Markdig.Markdown.Parse(MarkdownText.Escape(text), Pipeline);

        var paragraph = document.ShouldHaveSingleItem().ShouldBeOfType<ParagraphBlock>();
        string.Concat(paragraph.Inline!.Select(inline => inline.ShouldBeOfType<LiteralInline>().Content.ToString())).ShouldBe(text);
    }

    [Theory]
    [InlineData("a\nb\r\n# c", "a b  # c")]
    [InlineData("tab\there", "tab here")]
    public void Escape_LineEnds_BecomeSpaces(string text, string shown)
    {
        var document = Markdig.Markdown.Parse(MarkdownText.Escape(text), Pipeline);

        string.Concat(document.ShouldHaveSingleItem().ShouldBeOfType<ParagraphBlock>().Inline!.Select(inline => inline.ToString())).ShouldBe(shown);
    }

    [Theory]
    [InlineData("src/a.cs")]
    [InlineData("we`ird``name.cs")]
    [InlineData("`all`")]
    [InlineData(" spaces ")]
    [InlineData("a*b_c[d](e)<f>|g")]
    public void Code_AnyName_IsOneSpan(string name)
    {
        var document = Markdig.Markdown.Parse(MarkdownText.Code(name), Pipeline);

        document.ShouldHaveSingleItem().ShouldBeOfType<ParagraphBlock>().Inline.ShouldHaveSingleItem().ShouldBeOfType<CodeInline>().Content.Trim().ShouldBe(name.Trim());
    }

    [Theory]
    [InlineData("```\nout\n```\n# injected")]
    [InlineData("````\n```")]
    [InlineData("plain")]
    public void Fence_AnySnippet_StaysInside(string snippet)
    {
        var document = Markdig.Markdown.Parse(MarkdownText.Fence(snippet, "csharp"), Pipeline);

        var block = document.ShouldHaveSingleItem().ShouldBeOfType<FencedCodeBlock>();
        block.Info.ShouldBe("csharp");
        block.Lines.ToString().ShouldBe(snippet);
    }

    [Fact]
    public void Fence_BidirectionalControls_AreShownAsReplaced() =>
        MarkdownText.Fence("a\u202Eb\u2066c", "").ShouldBe("```\na\uFFFDb\uFFFDc\n```\n");

    [Fact]
    public void Cell_BarInCode_StaysInItsCell()
    {
        var document = Markdig.Markdown.Parse($"| a | b |\n|---|---|\n| {MarkdownText.Cell(MarkdownText.Code("x|y"))} | {MarkdownText.Cell(MarkdownText.Escape("p|q"))} |\n", Pipeline);

        var row = document.ShouldHaveSingleItem().ShouldBeOfType<Table>()[1].ShouldBeOfType<TableRow>();
        row.Count.ShouldBe(2);
        row[1].Descendants<LiteralInline>().Aggregate("", (text, inline) => text + inline.Content).ShouldBe("p|q");
    }

    [Fact]
    public void Sentence_CodeInIt_StaysCode()
    {
        var inline = Markdig.Markdown.Parse(MarkdownText.Sentence("Use `a*b` *not* `x"), Pipeline).ShouldHaveSingleItem().ShouldBeOfType<ParagraphBlock>().Inline!;

        inline.OfType<CodeInline>().ShouldHaveSingleItem().Content.ShouldBe("a*b");
        inline.OfType<EmphasisInline>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("# Take over\n\ntext")]
    [InlineData("Take over\n=====\n\ntext")]
    [InlineData("Take over\n---\n")]
    [InlineData("###### deep")]
    public void Guest_Headings_DoNotJoinTheOutline(string answer) =>
        Markdig.Markdown.Parse(GuestMarkdown.Host(answer), Pipeline).Descendants<HeadingBlock>().ShouldBeEmpty();

    [Fact]
    public void Guest_OpenFenceHtmlAndImages_AreHarmless()
    {
        var text = GuestMarkdown.Host("<script>x</script> ![i](http://evil/p.png) `<b>`\n\n```js\nconst a = '<b>';") + "\n\n# Ours\n";
        var document = Markdig.Markdown.Parse(text, Pipeline);

        document.Descendants<HtmlInline>().ShouldBeEmpty();
        document.Descendants<HtmlBlock>().ShouldBeEmpty();
        document.Descendants<LinkInline>().Where(link => link.IsImage).ShouldBeEmpty();
        document.Descendants<HeadingBlock>().ShouldHaveSingleItem();
        document.Descendants<FencedCodeBlock>().ShouldHaveSingleItem().Lines.ToString().ShouldBe("const a = '<b>';");
        document.Descendants<CodeInline>().ShouldHaveSingleItem().Content.ShouldBe("<b>");
    }
}
