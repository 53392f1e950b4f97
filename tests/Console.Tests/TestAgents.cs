using Agents.Hosting;
using Orchestrator.Tests.Engine;

namespace Console.Tests;

/// <summary>Agents that do as their input says.</summary>
internal static class TestAgents
{
    /// <summary>What a worker is to do.</summary>
    /// <param name="Say">Its answer.</param>
    /// <param name="Count">Items to make of it.</param>
    /// <param name="Fail">Why it fails; null: it does not.</param>
    /// <param name="Until">It goes on until the test opens this gate; null: it does not wait.</param>
    public sealed record WorkIn(string? Say = null, int Count = 0, string? Fail = null, string? Until = null);

    /// <summary>What a worker answers.</summary>
    public sealed record WorkOut(string Summary, IReadOnlyList<string> Items);

    public static Task AddAllAsync(TestSystem system, params string[] settings) => system.AddAgentAsync("worker", agent => agent
        .Describe("Does as its input says.", "Worker")
        .Limit(maxParallel: 200)
        .OnTask<WorkIn, WorkOut>("work", WorkAsync), settings);

    private static async Task<WorkOut> WorkAsync(WorkIn input, TaskContext context, CancellationToken cancellationToken)
    {
        if (input.Until is { } gate)
        {
            await Gates.PassAsync(gate, cancellationToken);
        }

        return input.Fail is { } why
            ? throw new TaskFailedException("NOT_TODAY", why)
            : new WorkOut(input.Say ?? "done", [.. Enumerable.Range(1, input.Count).Select(n => $"item {n}")]);
    }
}
