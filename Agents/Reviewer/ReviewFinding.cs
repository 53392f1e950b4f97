namespace Agents.Reviewer;

/// <summary>Something wrong with an output.</summary>
/// <param name="Severity"><c>HIGH</c>, <c>MEDIUM</c> or <c>LOW</c>.</param>
/// <param name="Title">A few words.</param>
/// <param name="Message">What exactly.</param>
/// <param name="File">The file it is about; null where there is none.</param>
/// <param name="StartLine">The line, from 1; null where there is none.</param>
/// <param name="Remedy">What to do; null where it is obvious.</param>
public sealed record ReviewFinding(string Severity, string Title, string Message, string? File = null, int? StartLine = null, string? Remedy = null);
