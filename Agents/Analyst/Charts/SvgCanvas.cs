using System.Security;
using System.Text;

namespace Agents.Analyst.Charts;

/// <summary>
/// An SVG page being drawn: title and description for those who do not see it, colours by variables that follow a light or
/// dark surrounding, no script, no link, no font from elsewhere.
/// </summary>
internal sealed class SvgCanvas(int width, int height)
{
    private const string Style =
        "svg{--ink:#1f2328;--faint:#8c959f;--a:#0072b2;--b:#d55e00;--ground:#fff;color:var(--ink)}"
        + "@media(prefers-color-scheme:dark){svg{--ink:#e6edf3;--faint:#6e7681;--a:#56b4e9;--b:#e69f00;--ground:#0d1117}}"
        + "text{fill:currentColor;font:12px system-ui,sans-serif}.t{font-weight:600;font-size:14px}"
        + ".g{fill:var(--ground)}.x{stroke:var(--faint);stroke-width:1}.f{stroke:var(--faint);stroke-width:.5;stroke-dasharray:2 3}"
        + ".a{fill:var(--a)}.p{fill:var(--a);fill-opacity:.55}.l{fill:none;stroke:var(--a);stroke-width:2}.m{stroke:var(--b);stroke-width:2}";

    private readonly StringBuilder _body = new();

    public int Width { get; } = width;

    public int Height { get; } = height;

    public void Text(double x, double y, string text, string anchor = "start", string? style = null, int rotate = 0) =>
        _body.Append("<text x=\"").Append(Svg(x)).Append("\" y=\"").Append(Svg(y)).Append("\" text-anchor=\"").Append(anchor).Append('"')
            .Append(style is null ? "" : $" class=\"{style}\"").Append(rotate == 0 ? "" : $" transform=\"rotate({rotate} {Svg(x)} {Svg(y)})\"")
            .Append('>').Append(Escape(text)).Append("</text>\n");

    public void Line(double x1, double y1, double x2, double y2, string style) =>
        _body.Append($"<line x1=\"{Svg(x1)}\" y1=\"{Svg(y1)}\" x2=\"{Svg(x2)}\" y2=\"{Svg(y2)}\" class=\"{style}\"/>\n");

    public void Rectangle(double x, double y, double w, double h, string says) =>
        _body.Append($"<rect x=\"{Svg(x)}\" y=\"{Svg(y)}\" width=\"{Svg(w)}\" height=\"{Svg(h)}\" class=\"a\"><title>{Escape(says)}</title></rect>\n");

    public void Dot(double x, double y, string says) =>
        _body.Append($"<circle cx=\"{Svg(x)}\" cy=\"{Svg(y)}\" r=\"3\" class=\"p\"><title>{Escape(says)}</title></circle>\n");

    public void Path(IEnumerable<(double X, double Y)> points) =>
        _body.Append("<polyline class=\"l\" points=\"").AppendJoin(' ', points.Select(p => $"{Svg(p.X)},{Svg(p.Y)}")).Append("\"/>\n");

    public string Finish(string title, string description) =>
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" width="{Width}" height="{Height}" role="img" aria-labelledby="title desc">
        <title id="title">{Escape(title)}</title>
        <desc id="desc">{Escape(description)}</desc>
        <style>{Style}</style>
        <rect width="{Width}" height="{Height}" class="g"/>
        <text x="12" y="22" class="t">{Escape(Shorten(title, 80))}</text>
        {_body}</svg>

        """.ReplaceLineEndings("\n");

    public static string Shorten(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 1), "…");

    private static string Svg(double number) => number.ToString("0.##");

    // Data may hold anything; an XML document may not.
    private static string Escape(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(Rune.IsControl(rune) || rune.Value is 0xFFFE or 0xFFFF ? " " : rune.ToString());
        return SecurityElement.Escape(clean.ToString());
    }
}
