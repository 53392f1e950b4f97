namespace Agents.Workspaces;

/// <summary>Why something was left out, how often, and the first few examples.</summary>
/// <param name="Reason">One of the constants of <see cref="SkipReport"/>.</param>
/// <param name="Count">Files, or folders that were not entered (their examples end in '/').</param>
/// <param name="Examples">Up to five paths, relative to the root.</param>
public sealed record Skipped(string Reason, int Count, IReadOnlyList<string> Examples);

/// <summary>Collects what a walk left out, in bounded memory.</summary>
public sealed class SkipReport
{
    private const int ExamplesKept = 5;
    private readonly SortedDictionary<string, (int Count, List<string> Examples)> _byReason = new(StringComparer.Ordinal);

    /// <summary>Matched by a .gitignore.</summary>
    public const string Ignored = "ignored";

    /// <summary>Matched by an exclude glob of the caller.</summary>
    public const string Excluded = "excluded";

    /// <summary>Third-party code: node_modules, a Python virtual environment.</summary>
    public const string Dependencies = "dependencies";

    /// <summary>bin and obj of a .NET project.</summary>
    public const string BuildOutput = "build_output";

    /// <summary>Not text.</summary>
    public const string Binary = "binary";

    /// <summary>Over the size bound.</summary>
    public const string TooLarge = "too_large";

    /// <summary>The operating system refused to open it.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>A symbolic link: what it points to is listed at its own place, or lies outside.</summary>
    public const string SymbolicLink = "symbolic_link";

    /// <summary>Minified or generated.</summary>
    public const string Generated = "generated";

    /// <summary>Whether the walk stopped at its bound on files.</summary>
    public bool Truncated { get; private set; }

    /// <summary>All reasons with something to tell, in alphabetical order.</summary>
    public IReadOnlyList<Skipped> Entries => [.. _byReason.Select(pair => new Skipped(pair.Key, pair.Value.Count, pair.Value.Examples))];

    /// <summary>Counts one more.</summary>
    /// <param name="reason">One of the constants, or a word of the caller's own.</param>
    /// <param name="path">Relative to the root; kept when it is among the first few.</param>
    public void Add(string reason, string path)
    {
        var (count, examples) = _byReason.TryGetValue(reason, out var known) ? known : (0, []);
        if (examples.Count < ExamplesKept)
            examples.Add(path);
        _byReason[reason] = (count + 1, examples);
    }

    internal void Truncate() => Truncated = true;
}
