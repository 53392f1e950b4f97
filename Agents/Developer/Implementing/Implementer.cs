using System.ComponentModel;
using System.Text.Json;
using Agents.Hosting;
using Agents.Models;
using Agents.Tools;
using Microsoft.Extensions.AI;

namespace Agents.Developer.Implementing;

/// <summary>
/// Writes code with a model:
/// <code>
/// change so far → copy → tests → ┌ model calls tools ┐ → tests → met? → diff
///                                └── what is unmet ←─┘
/// </code>
/// </summary>
internal sealed class Implementer(TaskModel model, ToolRegistry tools, DeveloperOptions options)
{
    private static readonly string[] Offered = ["fs.list", "fs.read", "fs.search", "fs.write", "fs.patch", "fs.delete", "shell.run", "test.run"];

    public async Task<ImplementOutput> RunAsync(ImplementInput input, TaskContext context, WorkingCopy copy, CancellationToken cancellationToken)
    {
        var runner = input.Test is { Count: > 0 } command ? new TestRunner(copy, command, input.TestSeconds ?? ImplementInput.DefaultTestSeconds) : null;
        if (runner is null && context.Assignment.ExpectedOutput is { } expected && (expected.Tests.Length > 0 || expected.Coverage.Length > 0))
            throw new TaskFailedException(FailureCodes.InvalidInput, "test: is missing; expected_output wants tests that pass, and only a command can tell.");

        var begun = context.Revision?.PreviousOutput.Fields.TryGetValue("diff", out var previous) == true ? previous.StringValue : input.Change;
        if (begun is { Length: > 0 })
            await copy.ApplyAsync(begun, context.Revision is null ? "change" : "previous output", cancellationToken);
        var state = await LookAsync(context, copy, runner, cancellationToken);
        if (NothingToDo(input, context) && state.Unmet.Count == 0)
            return await FinishAsync(context, state, 0, "Nothing was found, so nothing was changed.", "There were no findings to remove; the change is the one that was given.", cancellationToken);

        var rounds = input.Rounds ?? ImplementInput.DefaultRounds;
        AITool[] functions = [.. Offered.Select(name => new ToolFunction(tools.Find(name)!.Declaration, copy))];
        List<string> history = [];
        for (var round = 1; ; round++)
        {
            await context.ReportProgressAsync((round - 1.0) / rounds, $"round {round} of {rounds}: writing");
            var writes = copy.Writes;
            var answer = await model.AskAsync<Work>(
                "code", WorkPrompt.Instructions, WorkPrompt.Of(input, context, copy, state.Diff, state.Tests, round == 1 ? [] : state.Unmet, cancellationToken), cancellationToken,
                work => [.. copy.Writes == writes && work.Unchanged is null && work.Contested is not { Count: > 0 } ? ["no file was written: use fs_write or fs_patch, or say in unchanged why nothing is to be changed"] : (string[])[], .. Contests.Violations(work.Contested, context.Revision)],
                functions, writes: false, toolRounds: options.ToolRounds);
            state = await LookAsync(context, copy, runner, cancellationToken);
            history.Add($"Round {round}: {Told(state.Tests)}.");
            if (state.Diff.Length == 0 && round >= rounds)
                throw new TaskFailedException("NO_CHANGE", $"The model {model.Model} changed nothing: {answer.Unchanged ?? answer.Summary}", retryable: true);
            if ((state.Unmet.Count == 0 && state.Diff.Length > 0) || round >= rounds)
            {
                Contests.Report(answer.Contested, context);
                model.Wrote("diff");
                model.Wrote("summary");
                return await FinishAsync(context, state, round, answer.Summary, string.Join(' ', history) + " Made on a copy: the workspace is unchanged.", cancellationToken);
            }
        }
    }

    private static async Task<State> LookAsync(TaskContext context, WorkingCopy copy, TestRunner? runner, CancellationToken cancellationToken)
    {
        var (tests, coverage) = runner is null ? (null, null) : await runner.RunAsync(cancellationToken);
        var (diff, files) = copy.Change();
        return new State(diff, files, tests, coverage, Expectations.Unmet(context.Assignment.ExpectedOutput, files, tests, coverage));
    }

    private static async Task<ImplementOutput> FinishAsync(TaskContext context, State state, int rounds, string summary, string note, CancellationToken cancellationToken)
    {
        if (state.Diff.Length > 0)
            context.AddFile(await context.Artifacts.UploadAsync(state.Diff, "change.diff", "text/x-diff", cancellationToken));
        return new ImplementOutput
        {
            Diff = state.Diff,
            Files = state.Files,
            Tests = state.Tests,
            Coverage = state.Coverage,
            Rounds = rounds,
            Summary = summary,
            Unmet = state.Unmet,
            Note = note,
        };
    }

    // Findings were asked for and there are none: a change that is fine stays as it is.
    private static bool NothingToDo(ImplementInput input, TaskContext context) =>
        context.Revision is null && context.Violations.Count == 0 && input.Change is { Length: > 0 } && input.Findings is { ValueKind: JsonValueKind.Array or JsonValueKind.Object } findings && !HasFinding(findings);

    // A finding is an object with a severity, wherever it stands.
    private static bool HasFinding(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.TryGetProperty("severity", out _) || value.EnumerateObject().Any(field => HasFinding(field.Value)),
        JsonValueKind.Array => value.EnumerateArray().Any(HasFinding),
        _ => false,
    };

    private static string Told(TestRun? tests) => tests is null ? "no tests were run" : $"{tests.Passed} tests passed, {tests.Failed} failed";

    private sealed record State(string Diff, IReadOnlyList<ChangedFile> Files, TestRun? Tests, double? Coverage, IReadOnlyList<string> Unmet);

    private sealed record Work(
        [property: Description("What was done, in a few sentences for whoever reviews it.")] string Summary,
        [property: Description("Only when no file had to be written: why.")] string? Unchanged = null,
        [property: Description("Findings of the review that are wrong, and why. Usually empty.")] IReadOnlyList<ContestedFinding>? Contested = null);
}
