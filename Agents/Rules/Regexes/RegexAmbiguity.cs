namespace Agents.Rules.Regexes;

/// <summary>
/// Tells whether a backtracking engine can need exponential time: there is a state that the same text leads back to
/// in two different ways, and the match can still fail after it. Found in the product of the automaton with itself.
/// </summary>
internal static class RegexAmbiguity
{
    private const int MaxPairs = 60_000;

    public static bool IsExponential(string pattern, bool ignoreCase = false, bool dotAll = false)
    {
        if (pattern.Length > 2_000 || (!pattern.Contains('*', StringComparison.Ordinal) && !pattern.Contains('+', StringComparison.Ordinal) && !pattern.Contains('{', StringComparison.Ordinal)))
        {
            return false;
        }

        var node = RegexParser.Parse(pattern, ignoreCase, dotAll);
        var automaton = node is null ? null : PositionAutomaton.Of(node);
        return automaton is not null && Enumerable.Range(0, automaton.Count).Any(p => CanFailAfter(automaton, p) && TwoWaysBack(automaton, p));
    }

    /// <summary>A match that may end anywhere in the loop has no need to try again.</summary>
    private static bool CanFailAfter(PositionAutomaton automaton, int position)
    {
        if (automaton.Last.Contains(position))
        {
            return false;
        }

        var after = Reach(automaton, position);
        return !automaton.Last.Any(last => after.Contains(last) && Reach(automaton, last).Contains(position));
    }

    private static HashSet<int> Reach(PositionAutomaton automaton, int from)
    {
        var seen = new HashSet<int>();
        var open = new Stack<int>([from]);
        while (open.TryPop(out var position))
        {
            foreach (var next in automaton.After(position).Where(seen.Add))
            {
                open.Push(next);
            }
        }

        return seen;
    }

    private static bool TwoWaysBack(PositionAutomaton automaton, int start)
    {
        // Search from (start, start), remembering whether the two walks have differed.
        var seen = new HashSet<(int, int, bool)>();
        var open = new Queue<(int A, int B, bool Differ)>();
        open.Enqueue((start, start, false));
        while (open.Count > 0 && seen.Count < MaxPairs)
        {
            var (a, b, differ) = open.Dequeue();
            foreach (var nextA in automaton.After(a))
            {
                foreach (var nextB in automaton.After(b))
                {
                    if (!automaton.Meet(nextA, nextB))
                    {
                        continue;
                    }

                    var differs = differ || nextA != nextB || (a == b && automaton.IsDouble(a, nextA));
                    if (differs && nextA == start && nextB == start)
                    {
                        return true;
                    }

                    if (seen.Add((nextA, nextB, differs)))
                    {
                        open.Enqueue((nextA, nextB, differs));
                    }
                }
            }
        }

        return false;
    }
}
