using System.Buffers;
using System.Globalization;

namespace Orchestrator.Runs;

/// <summary>What stands between <c>${</c> and <c>}</c>: a root and a path, e.g. <c>${inventory.areas[0].path}</c>.</summary>
/// <param name="Root">A task id, or <c>inputs</c>, <c>request</c>, <c>item</c>, <c>index</c>, <c>run</c>.</param>
/// <param name="Path">Field names, and decimal numbers for positions in lists.</param>
internal sealed record Reference(string Root, string[] Path)
{
    private static readonly SearchValues<char> WordCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-/");

    /// <summary>Roots that are not tasks.</summary>
    public static readonly IReadOnlySet<string> Reserved =
        new HashSet<string>(StringComparer.Ordinal) { "inputs", "request", "item", "index", "run" };

    /// <summary>Whether the root is a task.</summary>
    public bool IsTask => !Reserved.Contains(Root);

    /// <summary>Reads the text between the braces.</summary>
    /// <exception cref="FormatException">It is no reference; the message says why.</exception>
    public static Reference Parse(string text)
    {
        var parts = new List<string>();
        var rest = text.AsSpan().Trim();
        while (true)
        {
            var end = rest.IndexOfAnyExcept(WordCharacters);
            var word = end < 0 ? rest : rest[..end];
            if (word.IsEmpty)
            {
                throw new FormatException($"'${{{text}}}' is no reference: a name is missing at '{rest}'.");
            }

            parts.Add(word.ToString());
            rest = end < 0 ? [] : rest[end..];
            while (!rest.IsEmpty && rest[0] == '[')
            {
                var close = rest.IndexOf(']');
                if (close < 2 || !int.TryParse(rest[1..close], NumberStyles.None, CultureInfo.InvariantCulture, out _))
                {
                    throw new FormatException($"'${{{text}}}' is no reference: '[' wants a number and ']'.");
                }

                parts.Add(rest[1..close].ToString());
                rest = rest[(close + 1)..];
            }

            if (rest.IsEmpty)
            {
                return new Reference(parts[0], [.. parts.Skip(1)]);
            }

            if (rest[0] != '.')
            {
                throw new FormatException($"'${{{text}}}' is no reference: '{rest[0]}' cannot stand there.");
            }

            rest = rest[1..];
        }
    }
}
