using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Agents.Planner.Designing;

internal sealed record DesignInput(
    [property: Description("What was asked for.")] string Request,
    [property: Description("What was found out about it.")] JsonElement? Requirements = null);

/// <summary>How something is to be built, as a model is asked for it and as later tasks get it.</summary>
internal sealed record Design(
    [property: Description("The idea, in a few sentences.")] string Summary,
    [property: MinLength(1), MaxLength(50), Description("The files to change or to add.")] IReadOnlyList<DesignedFile> Files,
    [property: MaxLength(50), Description("Decisions with their reasons, security before performance.")] IReadOnlyList<string> Decisions,
    [property: MinLength(1), MaxLength(50), Description("What tests must show, one case a line.")] IReadOnlyList<string> Tests);

internal sealed record DesignedFile(
    [property: MinLength(1), MaxLength(500), Description("Relative to the workspace, with /.")] string File,
    [property: Description("What it does, and the functions or types that others use.")] string Purpose);
