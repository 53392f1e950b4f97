namespace Cli.Health;

/// <summary>How a check went.</summary>
internal enum Outcome
{
    Ok,
    Warning,
    Failed,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">In a word or two.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Found">What was found, for people.</param>
/// <param name="Remedy">What to do; empty: nothing.</param>
internal sealed record Check(string Name, Outcome Outcome, string Found, string Remedy = "")
{
    /// <summary><c>ok</c>, <c>warning</c>, <c>failed</c>.</summary>
    public string Word => Outcome.ToString().ToLowerInvariant();
}
