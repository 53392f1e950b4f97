using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Orchestrator.Console.Parts;

/// <summary>Text in a picture: Razor has another meaning for the element's name.</summary>
public sealed class SvgText : ComponentBase
{
    /// <summary>CSS class.</summary>
    [Parameter, EditorRequired] public string Class { get; set; } = "";

    /// <summary>Where it begins, or ends when it is <see cref="AtEnd"/>.</summary>
    [Parameter, EditorRequired] public double X { get; set; }

    /// <summary>Its base line.</summary>
    [Parameter, EditorRequired] public double Y { get; set; }

    /// <summary>Whether it ends at <see cref="X"/>.</summary>
    [Parameter] public bool AtEnd { get; set; }

    /// <summary>What it says.</summary>
    [Parameter, EditorRequired] public string Text { get; set; } = "";

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "class", Class);
        builder.AddAttribute(2, "x", X.ToString("0.#", CultureInfo.InvariantCulture));
        builder.AddAttribute(3, "y", Y.ToString("0.#", CultureInfo.InvariantCulture));
        builder.AddAttribute(4, "text-anchor", AtEnd ? "end" : null);
        builder.AddContent(5, Text);
        builder.CloseElement();
    }
}
