using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Tests.Dashboard;

public class WaterfallTests
{
    [Fact]
    public void Of_Tree_ChildrenStandBelowTheirParentInTheOrderOfTime()
    {
        var rows = Rows(Reports.Span(1, 1, milliseconds: 100, name: "root"), Reports.Span(1, 3, parent: 1, start: 50, milliseconds: 50, name: "later"),
            Reports.Span(1, 2, parent: 1, start: 10, milliseconds: 20, name: "first"), Reports.Span(1, 4, parent: 2, start: 10, milliseconds: 10, name: "below first"));

        rows.Select(row => (row.Span.Name, row.Depth, row.Offset, row.Width)).ShouldBe(
            [("root", 0, 0d, 1000d), ("first", 1, 100d, 200d), ("below first", 2, 100d, 100d), ("later", 1, 500d, 500d)]);
    }

    [Fact]
    public void Of_ParentThatIsNotThere_BeginsAtTheLeft() =>
        Rows(Reports.Span(1, 1, parent: 99), Reports.Span(1, 2, parent: 1, start: 1)).Select(row => row.Depth).ShouldBe([0, 1]);

    [Fact]
    public void Of_SpansThatAreEachOthersParents_AllAppearOnce() =>
        Rows(Reports.Span(1, 1, parent: 2), Reports.Span(1, 2, parent: 1, start: 1), Reports.Span(1, 3, parent: 3, start: 2)).Select(row => row.Span.Id).Distinct().Count().ShouldBe(3);

    [Fact]
    public void Of_NothingThatEnds_IsNotWiderThanThePage()
    {
        var rows = Rows(Reports.Span(1, 1, milliseconds: 0), Reports.Span(1, 2, milliseconds: 0));

        rows.ShouldAllBe(row => row.Offset >= 0 && row.Offset + row.Width <= 1002);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "x-otlp-api-key=1", Secrets.Mask)]
    [InlineData("ConnectionStrings__redis", "localhost:6379", Secrets.Mask)]
    [InlineData("Models__OpenAI__ApiKey", "sk-1", Secrets.Mask)]
    [InlineData("Store__Kind", "redis", "redis")]
    [InlineData("Upstream", "https://me:mine@example.com/x", "https://" + Secrets.Mask + "@example.com/x")]
    public void Show_Variable_HidesWhatIsASecret(string name, string value, string shown) => Secrets.Show(name, value).ShouldBe(shown);

    [Fact]
    public void Html_WhatIsPutIn_IsEncoded() =>
        Html.Of($"<p title=\"{"\" onclick=\"x"}\">{"<script>"}{Html.Of($"<b>{"&"}</b>")}{5}</p>").Text
            .ShouldBe("<p title=\"&quot; onclick=&quot;x\">&lt;script&gt;<b>&amp;</b>5</p>");

    private static IReadOnlyList<WaterfallRow> Rows(params Otlp.Span[] spans)
    {
        var store = new TelemetryStore();
        store.Add(Reports.Of(spans));
        return WaterfallRow.Of(store.Trace(Reports.TraceId(1)).Spans);
    }
}
