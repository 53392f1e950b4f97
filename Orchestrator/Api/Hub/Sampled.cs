namespace Orchestrator.Api.Hub;

/// <summary>Something that is looked at every now and then, while somebody wants to know; all who do share one look.</summary>
/// <typeparam name="T">What is seen; the same object as before means that nothing changed.</typeparam>
/// <param name="look">Looks, knowing what was seen before (null: nothing yet).</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing")]
internal sealed class Sampled<T>(Func<T?, CancellationToken, Task<T>> look, TimeSpan interval, TimeProvider time)
    where T : class
{
    private readonly SemaphoreSlim _gate = new(1);
    private T? _seen;
    private long _lookedAt;

    /// <summary>The first that is not what one has.</summary>
    /// <param name="have">What one has; null: nothing.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<T> NextAsync(T? have, CancellationToken ct)
    {
        while (true)
        {
            await _gate.WaitAsync(ct);
            TimeSpan rest;
            try
            {
                rest = interval - time.GetElapsedTime(_lookedAt);
                if (_seen is null || rest <= TimeSpan.Zero)
                {
                    _seen = await look(_seen, ct);
                    _lookedAt = time.GetTimestamp();
                    rest = interval;
                }

                if (!ReferenceEquals(_seen, have))
                {
                    return _seen;
                }
            }
            finally
            {
                _gate.Release();
            }

            await Task.Delay(rest, time, ct);
        }
    }
}
