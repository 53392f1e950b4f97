using System.Diagnostics;
using System.Text;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Storage;

/// <summary>Fresh data for one test, and stores on it.</summary>
public abstract class StoreHarness : IAsyncDisposable
{
    public const int PartitionCount = 4;

    /// <summary>True when several stores may be open on the same data.</summary>
    public abstract bool Shared { get; }

    public abstract Task<IRunStore> OpenAsync(int partitions = PartitionCount);

    public abstract ValueTask DisposeAsync();
}

public static class StoreSteps
{
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(this ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    public static async Task<PartitionLease> LeaseAsync(this IRunStore store, string runId) =>
        (await store.AcquireAsync(Partitions.Of(runId, store.PartitionCount), "test", Long, default)).ShouldNotBeNull();

    public static AppendBatch Batch(string runId, long expected, params string[] events) => new()
    {
        RunId = runId,
        ExpectedVersion = expected,
        BatchId = Guid.NewGuid().ToString("N"),
        Events = [.. events.Select(Bytes)],
    };

    public static AppendBatch With(
        this AppendBatch batch,
        RunIndexEntry? index = null,
        IReadOnlyList<QueueEntry>? enqueue = null,
        IReadOnlyList<string>? dequeue = null,
        DateTimeOffset? wakeAt = null,
        bool clearWake = false,
        IReadOnlyList<ContextWrite>? context = null,
        string? batchId = null,
        IReadOnlyList<InboxAnswer>? answers = null) => new()
        {
            RunId = batch.RunId,
            ExpectedVersion = batch.ExpectedVersion,
            BatchId = batchId ?? batch.BatchId,
            Events = batch.Events,
            Index = index ?? batch.Index,
            Enqueue = enqueue ?? batch.Enqueue,
            Dequeue = dequeue ?? batch.Dequeue,
            WakeAt = wakeAt ?? batch.WakeAt,
            ClearWake = clearWake || batch.ClearWake,
            Context = context ?? batch.Context,
            Answers = answers ?? batch.Answers,
        };

    public static RunIndexEntry Index(string runId, string status = "IN_PROGRESS", bool open = true, int second = 0, string tenant = "local", string playbook = "audit") =>
        new(runId, tenant, status, playbook, Noon.AddSeconds(second), Noon.AddSeconds(second).AddTicks(1234567), open, Bytes("summary of " + runId));

    public static async Task<AppendResult> ShouldAppendAsync(this IRunStore store, PartitionLease lease, AppendBatch batch)
    {
        var result = await store.AppendAsync(lease, batch, default);
        result.ShouldBe(new AppendResult(AppendStatus.Appended, batch.ExpectedVersion + batch.Events.Count));
        return result;
    }

    public static async Task<List<string>> EventsAsync(this IRunStore store, string runId, long after = 0)
    {
        List<string> events = [];
        await foreach (var stored in store.ReadAsync(runId, after, default))
        {
            stored.Version.ShouldBe(after + events.Count + 1);
            events.Add(stored.Data.Text());
        }

        return events;
    }

    public static async Task<List<T>> AllAsync<T>(this IAsyncEnumerable<T> source)
    {
        List<T> all = [];
        await foreach (var item in source)
        {
            all.Add(item);
        }

        return all;
    }

    /// <summary>Until something holds; real servers and processes are behind it.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> holds, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await holds())
        {
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20), what);
            await Task.Delay(10);
        }
    }

    /// <summary>What a queue entry says, in a form that compares by value.</summary>
    public static string Show(this QueueEntry e) => $"{e.Id} {e.RunId} {e.Role} {e.Priority} {e.EnqueuedAt:O} {e.Tenant} '{e.Data.Text()}'";

    /// <summary>What an index entry says, in a form that compares by value.</summary>
    public static string Show(this RunIndexEntry? e) => e is null
        ? "none"
        : $"{e.RunId} {e.Tenant} {e.Status} {e.Playbook} {e.CreatedAt:O} {e.UpdatedAt:O} {e.Open} {e.Summary.Text()}";
}
