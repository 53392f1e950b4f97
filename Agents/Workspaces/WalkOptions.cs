namespace Agents.Workspaces;

/// <summary>What a walk takes and leaves, and its bounds.</summary>
public sealed record WalkOptions
{
    /// <summary>Globs a file has to match one of; null or empty takes all. See <see cref="Glob"/>.</summary>
    public IReadOnlyList<string>? Include { get; init; }

    /// <summary>Globs of files and folders to leave out; wins over <see cref="Include"/>.</summary>
    public IReadOnlyList<string>? Exclude { get; init; }

    /// <summary>Files and folders, relative to the root, to stay within; null or empty is the whole workspace.</summary>
    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>Larger files are skipped. Bytes; default 2 MiB.</summary>
    public long MaxFileBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>The walk stops after so many files and says so in <see cref="SkipReport.Truncated"/>. Default 200,000.</summary>
    public int MaxFiles { get; init; } = 200_000;

    /// <summary>Whether files that are no text are listed too. Default false: they are skipped.</summary>
    public bool WithBinary { get; init; }

    /// <summary>Whether minified and generated files are skipped (and counted as such). Default false: they are listed and marked.</summary>
    public bool SkipGenerated { get; init; }
}
