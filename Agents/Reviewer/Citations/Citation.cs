using System.Text.Json.Serialization;

namespace Agents.Reviewer.Citations;

/// <summary>A quote and where it is said to stand.</summary>
/// <param name="File">Relative to the workspace, with '/'.</param>
/// <param name="StartLine">From 1.</param>
/// <param name="EndLine">Inclusive.</param>
/// <param name="Quote">The exact text.</param>
/// <param name="Score">How well it fitted the question; not judged here.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record Citation(string File, int StartLine, int EndLine, string Quote, double? Score = null);
