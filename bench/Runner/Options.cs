namespace Bench.Runner;

/// <summary>What is measured, and for how long.</summary>
internal sealed record Options
{
    /// <summary>The repository.</summary>
    public required string Root { get; init; }

    /// <summary>How often everything is measured; the medians count.</summary>
    public int Repetitions { get; init; } = 5;

    /// <summary>Seconds of closed loop before the first repetition, for each system: compilers come to rest.</summary>
    public double WarmSeconds { get; init; } = 20;

    /// <summary>Seconds of closed loop in each repetition, for each system.</summary>
    public double Seconds { get; init; } = 6;

    /// <summary>Flows one after the other in each repetition, for each system.</summary>
    public int Idle { get; init; } = 500;

    /// <summary>Flows in flight in the closed loop.</summary>
    public int InFlight { get; init; } = 50;

    /// <summary>Histories checked after each repetition.</summary>
    public int Sample { get; init; } = 20;

    /// <summary>What is measured besides: long runs, waiting runs, subscribers, telemetry, replicas.</summary>
    public IReadOnlyList<string> Growth { get; init; } = [];

    /// <summary>Settings of telemetry where it is on, as arguments: <c>OTEL_TRACES_SAMPLER=…</c>. Empty: everything is reported.</summary>
    public IReadOnlyList<string> Telemetry { get; init; } = [];

    /// <summary>Only these systems; for work on one of them.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Instead of measuring, has the client do this phase over and over, e.g. <c>many 10000</c>: for profilers. Empty: measures.</summary>
    public string Repeat { get; init; } = "";

    /// <summary>Where results and logs go.</summary>
    public required string Output { get; init; }

    public static Options Read(string[] args)
    {
        string Value(string name, string fallback) => Array.IndexOf(args, $"--{name}") is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : fallback;
        var root = Path.GetFullPath(Value("root", "."));
        return new Options
        {
            Root = root,
            Repetitions = int.Parse(Value("repetitions", "5")),
            WarmSeconds = double.Parse(Value("warm", "20")),
            Seconds = double.Parse(Value("seconds", "6")),
            Idle = int.Parse(Value("idle", "500")),
            Growth = Value("growth", "long,waiting,subscribers,telemetry,replicas").Split(','),
            Telemetry = [.. Value("telemetry", "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(setting => $"--{setting}")],
            Only = Value("only", "").Split(',', StringSplitOptions.RemoveEmptyEntries),
            Repeat = Value("repeat", ""),
            Output = Path.GetFullPath(Value("output", Path.Combine(root, "bench"))),
        };
    }
}
