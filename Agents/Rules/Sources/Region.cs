using System.Runtime.InteropServices;

namespace Agents.Rules.Sources;

internal enum RegionKind
{
    Comment,
    Text,
    Template,
    Regex,
}

/// <summary>A comment or literal, its delimiters included; end is exclusive.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Region(RegionKind Kind, int Start, int End, bool HasHoles = false);

/// <summary>Source with comments and the insides of literals blanked; as long as the source.</summary>
internal sealed record Lexed(string Code, IReadOnlyList<Region> Regions);

[StructLayout(LayoutKind.Auto)]
internal readonly record struct Span(int Start, int End)
{
    public int Length => End - Start;
}
