using System.Collections.Concurrent;

namespace ServiceDefaults;

/// <summary>
/// Keeps attributes of metrics few: names that others choose (roles, failure codes) stand for themselves up to a number, and
/// together for <see cref="Other"/> beyond it. Thread-safe.
/// </summary>
/// <param name="most">How many names stand for themselves.</param>
public sealed class BoundedNames(int most)
{
    /// <summary>What OpenTelemetry calls a value that is none of those known.</summary>
    public const string Other = "_OTHER";

    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>The name, or <see cref="Other"/> when it is new and there are enough.</summary>
    /// <param name="name">Any name.</param>
    /// <returns>What to put into the attribute.</returns>
    public string Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_known.TryGetValue(name, out var known))
            return known;
        return _known.Count < most ? _known.GetOrAdd(name, name) : Other;
    }
}
