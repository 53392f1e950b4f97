namespace Agents.Developer.Implementing;

/// <summary>A change that was made on a copy.</summary>
internal sealed record ImplementOutput
{
    /// <summary>A unified diff that <c>git apply</c> takes; empty when nothing changed.</summary>
    public required string Diff { get; init; }

    /// <summary>The files that the diff changes.</summary>
    public required IReadOnlyList<ChangedFile> Files { get; init; }

    /// <summary>The last run of the tests on the copy; null: no command was given.</summary>
    public TestRun? Tests { get; init; }

    /// <summary>Per cent, as the tests said; null: they did not.</summary>
    public double? Coverage { get; init; }

    /// <summary>How often the model tried; 0: there was nothing to do.</summary>
    public required int Rounds { get; init; }

    /// <summary>What was done, in the model's words.</summary>
    public required string Summary { get; init; }

    /// <summary>What is expected of the output and is not there; empty: nothing.</summary>
    public required IReadOnlyList<string> Unmet { get; init; }

    /// <summary>How it came about.</summary>
    public required string Note { get; init; }
}

/// <summary>A file of a change.</summary>
/// <param name="File">Relative to the workspace, with '/'.</param>
/// <param name="Kind"><c>added</c>, <c>modified</c> or <c>deleted</c>.</param>
/// <param name="Added">Lines that came.</param>
/// <param name="Deleted">Lines that went.</param>
internal sealed record ChangedFile(string File, string Kind, int Added, int Deleted);

/// <summary>A run of the tests.</summary>
/// <param name="Command">What was run.</param>
/// <param name="Passed">Tests that passed. A command whose output has no counts is one test.</param>
/// <param name="Failed">Tests that failed.</param>
/// <param name="Skipped">Tests that were left out.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Output">The end of what it printed when something failed; else empty.</param>
internal sealed record TestRun(string Command, int Passed, int Failed, int Skipped, double Seconds, string Output = "");
