namespace Orchestrator.Planning;

/// <summary>"Did you mean …?"</summary>
internal static class Suggestions
{
    /// <summary>The name that is at most two edits, and at most half of the word, away; null: none is.</summary>
    public static string? Nearest(string word, IEnumerable<string> names)
    {
        var best = names.Select(name => (Name: name, Distance: Distance(word.ToLowerInvariant(), name.ToLowerInvariant())))
            .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Name, StringComparer.Ordinal).FirstOrDefault();
        return best.Name is not null && best.Distance <= 2 && best.Distance * 2 <= word.Length ? best.Name : null;
    }

    // Levenshtein's, two rows at a time. Long words have no near neighbours among ours.
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 2)
            return int.MaxValue / 4;
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(change, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
