using System.Xml.Linq;
using Agents.Analyst.Charts;

namespace Agents.Researcher.Tests.Analyst;

public sealed class ChartTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    public static TheoryData<string> Kinds => ["bars", "scatter", "line", "histogram"];

    private static Chart Draw(string kind) => kind switch
    {
        "bars" => BarChart.Draw("a.svg", "Title <&>", "lines", [("one & <b>", 3), ("two\u0001", 1.5)]),
        "line" => LineChart.Draw("a.svg", "Title <&>", "Says <so>.", "time", "y", [(0, 1), (1, 3), (2, 2)], x => $"d{x}", (1, 0.5)),
        "histogram" => Histogram.Draw("a.svg", "Title <&>", "x", [(0, 1, 4), (1, 2, 8)]),
        _ => ScatterChart.Draw("a.svg", "Title <&>", "Says <so>.", "x", "y", [(1, 2, "a<b"), (3, 4, "b")], (1, 1)),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Draw_AnyChart_IsSafeXmlThatSaysWhatItShows(string kind)
    {
        var chart = Draw(kind);
        var svg = XDocument.Parse(chart.Svg).Root!;

        svg.Name.ShouldBe(s_svg + "svg");
        svg.Attribute("role")!.Value.ShouldBe("img");
        svg.Attribute("aria-labelledby")!.Value.Split(' ').ShouldAllBe(id => svg.Elements().Any(e => (string?)e.Attribute("id") == id));
        svg.Element(s_svg + "title")!.Value.ShouldBe("Title <&>");
        svg.Element(s_svg + "desc")!.Value.ShouldBe(chart.Description.Replace("\u0001", " "));
        chart.Svg.ShouldContain("prefers-color-scheme:dark");
        svg.Descendants().Select(e => e.Name.LocalName).ShouldBeSubsetOf(["svg", "title", "desc", "style", "rect", "text", "line", "circle", "polyline"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Draw_AnyChart_StaysInThePicture(string kind)
    {
        var svg = XDocument.Parse(Draw(kind).Svg).Root!;
        foreach (var shape in svg.Descendants().Where(e => e.Name.LocalName is "rect" or "circle" or "line" or "text"))
        {
            double X(string name) => (double?)shape.Attribute(name) ?? 0;
            (X("x") + X("width") + X("cx")).ShouldBeInRange(0, 720);
            foreach (var x in new[] { X("x1"), X("x2") })
                x.ShouldBeInRange(0, 720);
            (X("y") + X("height") + X("cy")).ShouldBeInRange(0, (double)svg.Attribute("height")!);
        }
    }

    [Fact]
    public void Draw_Bars_AreAsLongAsTheirFigures()
    {
        var bars = XDocument.Parse(Draw("bars").Svg).Descendants(s_svg + "rect").Where(e => (string?)e.Attribute("class") == "a").Select(e => (double)e.Attribute("width")!).ToList();
        bars[0].ShouldBe(2 * bars[1], 0.02);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 5)]
    [InlineData(-3, 1e9)]
    [InlineData(0.001, 0.0011)]
    public void Scale_AnyRange_HasAFewRoundTicksAroundIt(double least, double most)
    {
        var scale = new Scale(least, most, 0, 100);

        scale.Ticks.Count.ShouldBeInRange(2, 12);
        scale.At(least).ShouldBeInRange(-0.001, 100.001);
        scale.At(most).ShouldBeInRange(-0.001, 100.001);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1234567, "1,234,567")]
    [InlineData(0.0123456, "0.01235")]
    [InlineData(12.3456, "12.35")]
    [InlineData(-1.5e15, "-1.5E+15")]
    public void Short_AnyFigure_IsReadable(double figure, string text) => Figures.Short(figure).ShouldBe(text);
}
