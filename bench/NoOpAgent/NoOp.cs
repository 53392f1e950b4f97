using Agents.Hosting;

namespace Bench.NoOpAgent;

/// <summary>An agent as anybody would write it, whose work is nothing.</summary>
[Agent("noop", Description = "Does nothing, so that all that costs is the way there and back.", MaxParallel = 1000)]
internal sealed class NoOp
{
    [Task("work", Description = "Gives back its number.")]
    public static WorkOutput Work(WorkInput input) => new(input.I);

    [Task("pause", Description = "Takes a while, and no processor time.")]
    public static async Task<WorkOutput> PauseAsync(PauseInput input, CancellationToken cancellationToken)
    {
        await Task.Delay(input.Milliseconds, cancellationToken);
        return new WorkOutput(input.Milliseconds);
    }

    [Task("join", Description = "Counts what the others gave.")]
    public static JoinOutput Join(JoinInput input) => new(input.Parts.Count);

    [Task("list", Description = "Gives the numbers from 0.")]
    public static ListOutput List(ListInput input) => new(input.Count, [.. Enumerable.Range(0, input.Count)]);
}

internal sealed record WorkInput(int I, string? Payload = null);

internal sealed record PauseInput(int Milliseconds);

internal sealed record WorkOutput(int Ok);

internal sealed record JoinInput(IReadOnlyList<WorkOutput> Parts);

internal sealed record JoinOutput(int Count);

internal sealed record ListInput(int Count);

internal sealed record ListOutput(int Count, IReadOnlyList<int> Items);
