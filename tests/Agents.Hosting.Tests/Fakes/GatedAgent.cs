namespace Agents.Hosting.Tests.Fakes;

/// <summary>An agent whose attempts wait until the test lets them go.</summary>
internal sealed class GatedAgent
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _started;
    private int _cancelled;

    public int Started => Volatile.Read(ref _started);

    public int Cancelled => Volatile.Read(ref _cancelled);

    /// <summary>Whether attempts go on when they are asked to end.</summary>
    public bool Stubborn { get; init; }

    public void OpenAll() => _open.TrySetResult();

    public void Configure(AgentBuilder agent, int maxParallel = 8, int timeLimit = 600) => agent
        .Limit(maxParallel, timeLimit)
        .OnTask<Input, Output>("say", async (input, context, cancellationToken) =>
        {
            Interlocked.Increment(ref _started);
            await context.WriteOutputAsync("begin");
            try
            {
                await _open.Task.WaitAsync(Stubborn ? CancellationToken.None : cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref _cancelled);
                throw;
            }

            await context.WriteOutputAsync("end");
            return new Output(input.Text ?? "nothing");
        });

    internal sealed record Input(string? Text);

    internal sealed record Output(string Text);
}
