namespace Agents.Tools.Processes;

/// <summary>A program to run: no shell reads any of it.</summary>
/// <param name="FileName">A name that is looked up in <see cref="CleanEnvironment.SearchPath"/>, or an absolute path.</param>
/// <param name="Arguments">Given as they are.</param>
/// <param name="Folder">Where it runs.</param>
internal sealed record ProcessRequest(string FileName, IReadOnlyList<string> Arguments, string Folder)
{
    /// <summary>Beside the clean ones.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Then it is killed.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes kept of each of the two streams; what is beyond is read and dropped.</summary>
    public int MaxOutputBytes { get; init; } = 1024 * 1024;

    /// <summary>What it may use. Null: no limits.</summary>
    public ProcessLimits? Limits { get; init; }

    /// <summary>Whether it reaches the network.</summary>
    public ProcessNetwork Network { get; init; } = ProcessNetwork.NoneIfPossible;
}

/// <summary>How it ended.</summary>
/// <param name="ExitCode">Not meaningful when <paramref name="TimedOut"/>.</param>
/// <param name="Output">The beginning of its standard output.</param>
/// <param name="Error">The beginning of its standard error.</param>
/// <param name="Truncated">Whether some of the output was dropped.</param>
/// <param name="TimedOut">Whether it was killed for its time limit.</param>
internal sealed record ProcessOutcome(int ExitCode, string Output, string Error, bool Truncated, bool TimedOut);
