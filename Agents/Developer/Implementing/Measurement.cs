using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Agents.Rules;
using Agents.Rules.Patches;

namespace Agents.Developer.Implementing;

/// <summary>A change to measure.</summary>
/// <param name="Change">The change.</param>
/// <param name="Test">The command that runs the tests, word by word; null: nothing is timed.</param>
/// <param name="TestSeconds">How long they may take; null means 300.</param>
internal sealed record MeasureInput(
    [property: Description("A unified diff."), MinLength(1)] string Change,
    [property: Description("The command that runs the tests, word by word."), MaxLength(50)] IReadOnlyList<string>? Test = null,
    [property: Description("Seconds that the tests may take. Default 300."), Range(1, 86_400)] int? TestSeconds = null);

/// <summary>What a change costs.</summary>
/// <param name="Score">0 to 100: 30 less for each HIGH finding, 10 for a MEDIUM one, 3 for a LOW one.</param>
/// <param name="Findings">What rules of performance find that they did not find before.</param>
/// <param name="Before">The tests without the change; null: not run.</param>
/// <param name="After">The tests with it; null: not run.</param>
/// <param name="Summary">In a sentence. Times tell of this host at this moment, so no finding is made of them.</param>
internal sealed record MeasureOutput(int Score, IReadOnlyList<Finding> Findings, TestRun? Before, TestRun? After, string Summary);

/// <summary>Applies a change to a copy, and looks at what it costs.</summary>
internal static class Measurement
{
    public static async Task<MeasureOutput> RunAsync(MeasureInput input, WorkingCopy copy, CancellationToken cancellationToken)
    {
        var runner = input.Test is { Count: > 0 } command ? new TestRunner(copy, command, input.TestSeconds ?? ImplementInput.DefaultTestSeconds) : null;
        var before = runner is null ? null : (await runner.RunAsync(cancellationToken)).Tests;
        await copy.ApplyAsync(input.Change, "change", cancellationToken);
        var after = runner is null ? null : (await runner.RunAsync(cancellationToken)).Tests;
        List<Finding> findings = [.. copy.Written().SelectMany(file => SourceCheck.Brought(Category.Performance, file.Path, file.Before, file.After ?? ""))];
        int Of(string severity) => findings.Count(finding => finding.Severity == severity);
        var score = Math.Max(0, 100 - (30 * Of("HIGH")) - (10 * Of("MEDIUM")) - (3 * Of("LOW")));
        var timed = before is null || after is null
            ? "Nothing was timed."
            : string.Create(CultureInfo.InvariantCulture, $"The tests take {after.Seconds:0.##} s with the change ({after.Passed + after.Failed} tests) and {before.Seconds:0.##} s without ({before.Passed + before.Failed}).");
        return new MeasureOutput(score, findings, before, after, $"{score} of 100: {findings.Count} new findings of performance. {timed}");
    }
}
