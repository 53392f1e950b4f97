namespace Agents.Rules.Regexes;

/// <summary>
/// The automaton of a regular expression without empty moves: one state per character of the pattern.
/// An edge that two different parts of the pattern make is a double edge: two ways to read the same text.
/// </summary>
internal sealed class PositionAutomaton
{
    public const int MaxPositions = 220;

    private readonly List<CharacterSet?> _sets = [];
    private readonly List<Dictionary<int, int>> _follow = [];

    private PositionAutomaton()
    {
    }

    public int Count => _sets.Count;

    public HashSet<int> Last { get; private set; } = [];

    public HashSet<int> First { get; private set; } = [];

    public static PositionAutomaton? Of(RegexNode node)
    {
        var automaton = new PositionAutomaton();
        var part = automaton.Build(node);
        automaton.First = [.. part.First];
        automaton.Last = [.. part.Last];
        return automaton.Count > MaxPositions ? null : automaton;
    }

    public IEnumerable<int> After(int position) => _follow[position].Keys;

    public bool IsDouble(int from, int to) => _follow[from].GetValueOrDefault(to) > 1;

    /// <summary>True when one character can move both.</summary>
    public bool Meet(int a, int b) =>
        a == b || (_sets[a] is { } first && _sets[b] is { } second && first.Meets(second));

    private Part Build(RegexNode node)
    {
        if (Count > MaxPositions)
        {
            return new Part([], [], true);
        }

        switch (node)
        {
            case RegexNode.One one:
                _sets.Add(one.Set);
                _follow.Add([]);
                return new Part([Count - 1], [Count - 1], false);
            case RegexNode.Choice choice:
                var options = choice.Options.Select(Build).ToList();
                return new Part([.. options.SelectMany(o => o.First)], [.. options.SelectMany(o => o.Last)], options.Any(o => o.Nullable));
            case RegexNode.Repeat repeat:
                var inner = Build(repeat.Inner);
                if (repeat.Loops)
                {
                    Connect(inner.Last, inner.First);
                }

                return inner with { Nullable = inner.Nullable || repeat.Optional };
            case RegexNode.Sequence sequence:
                var all = new Part([], [], true);
                foreach (var part in sequence.Parts.Select(Build))
                {
                    Connect(all.Last, part.First);
                    all = new Part(
                        all.Nullable ? [.. all.First, .. part.First] : all.First,
                        part.Nullable ? [.. all.Last, .. part.Last] : part.Last,
                        all.Nullable && part.Nullable);
                }

                return all;
            default:
                throw new ArgumentOutOfRangeException(nameof(node));
        }
    }

    private void Connect(IReadOnlyList<int> from, IReadOnlyList<int> to)
    {
        foreach (var a in from)
        {
            foreach (var b in to)
            {
                _follow[a][b] = _follow[a].GetValueOrDefault(b) + 1;
            }
        }
    }

    private sealed record Part(IReadOnlyList<int> First, IReadOnlyList<int> Last, bool Nullable);
}
