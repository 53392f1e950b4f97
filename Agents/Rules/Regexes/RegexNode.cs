namespace Agents.Rules.Regexes;

/// <summary>A parsed regular expression.</summary>
internal abstract record RegexNode
{
    /// <summary>One character of a set; a null set is an assertion, which meets nothing but itself.</summary>
    public sealed record One(CharacterSet? Set) : RegexNode;

    public sealed record Sequence(IReadOnlyList<RegexNode> Parts) : RegexNode;

    public sealed record Choice(IReadOnlyList<RegexNode> Options) : RegexNode;

    /// <summary>Again and again; optional when it may be left out.</summary>
    public sealed record Repeat(RegexNode Inner, bool Optional, bool Loops) : RegexNode;
}
