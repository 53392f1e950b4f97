using System.ComponentModel;

namespace Agents.Analyst.Charts;

/// <summary>A picture that says in words what it shows.</summary>
internal sealed record Chart(
    [property: Description("A plain file name, ending in .svg.")] string Name,
    string Title,
    [property: Description("What the picture shows, in words.")] string Description,
    [property: Description("The picture: SVG without scripts and without links.")] string Svg);
