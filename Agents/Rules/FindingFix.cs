using System.Text.Json.Serialization;

namespace Agents.Rules;

/// <summary>A repair that needs no judgement: whole lines that replace whole lines.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record FindingFix
{
    /// <summary>What the repair does.</summary>
    public required string Description { get; init; }

    /// <summary>The first line that is replaced, from 1.</summary>
    public required int StartLine { get; init; }

    /// <summary>The last line that is replaced, inclusive.</summary>
    public required int EndLine { get; init; }

    /// <summary>The new lines, without the last line break; empty deletes the lines.</summary>
    public required string Replacement { get; init; }
}
