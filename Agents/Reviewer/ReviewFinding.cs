namespace Agents.Reviewer;

/// <summary>Something wrong with an output.</summary>
/// <param name="Severity"><c>HIGH</c>, <c>MEDIUM</c> or <c>LOW</c>.</param>
/// <param name="Title">A few words.</param>
/// <param name="Message">What exactly.</param>
/// <param name="File">The file it is about, or the part of the output, e.g. <c>output.summary</c>; null where there is none.</param>
/// <param name="StartLine">The line, from 1; null where there is none.</param>
/// <param name="Remedy">What to do; null where it is obvious.</param>
/// <param name="Rule">The rule of the catalogue that found it; null: none did.</param>
/// <param name="Source">Who says so: <c>rule</c> or <c>model</c>.</param>
public sealed record ReviewFinding(
    string Severity, string Title, string Message, string? File = null, int? StartLine = null, string? Remedy = null, string? Rule = null, string Source = "rule");
