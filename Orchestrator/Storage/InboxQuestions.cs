namespace Orchestrator.Storage;

/// <summary>Questions to whoever owns a log, through the inbox of its partition, which survives the owner.</summary>
internal static class InboxQuestions
{
    /// <summary>Puts a question and waits for its answer, for as long as it takes.</summary>
    /// <param name="store">Where the inbox is.</param>
    /// <param name="item">The question; one of the same id is answered once.</param>
    /// <param name="look">How often the store is asked when nothing wakes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Gives up; the question may still be answered.</param>
    public static async Task<ReadOnlyMemory<byte>> AskAsync(this IRunStore store, InboxItem item, TimeSpan look, TimeProvider time, CancellationToken ct)
    {
        var wakes = new Wakes(time);
        await using var watch = store.Watch(item.RunId, wakes.Wake);
        await store.PutInboxAsync(item, ct);
        while (true)
        {
            if (await store.ReadAnswerAsync(item.RunId, item.Id, ct) is { } answer)
            {
                return answer.Data;
            }

            await wakes.WaitAsync(look, ct);
            ct.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The same, for at most so long.</summary>
    /// <returns>Null: nobody has answered in time.</returns>
    public static async Task<ReadOnlyMemory<byte>?> AskAsync(this IRunStore store, InboxItem item, TimeSpan look, TimeSpan patience, TimeProvider time, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            return await store.AskAsync(item, look, time, either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }
}
