namespace Orchestrator.Processing;

/// <summary>A run's processor, or the wait for it.</summary>
internal sealed class ProcessorSlot
{
    private readonly Lazy<Task<RunProcessor?>> _opening;

    public ProcessorSlot(Func<Task<RunProcessor?>> open) => _opening = new Lazy<Task<RunProcessor?>>(async () => Ready = await open());

    public RunProcessor? Ready { get; private set; }

    public Task<RunProcessor?> OpenAsync() => _opening.Value;
}
