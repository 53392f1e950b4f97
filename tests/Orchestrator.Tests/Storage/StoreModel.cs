using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage;

/// <summary>What a store should do, in the simplest words: lists and dictionaries, no files, no server.</summary>
internal sealed class StoreModel
{
    private readonly Dictionary<string, ModelRun> _runs = new(StringComparer.Ordinal);
    private long _epoch;

    public string? Holder { get; private set; }

    public long Version(string run) => _runs.TryGetValue(run, out var r) ? r.Events.Count : 0;

    public long? Acquire(string who)
    {
        if (Holder is not null)
        {
            return null;
        }

        Holder = who;
        return ++_epoch;
    }

    public void Release(string who) => Holder = Holder == who ? null : Holder;

    public AppendResult Append(string who, AppendBatch batch)
    {
        if (Holder != who)
        {
            return new(AppendStatus.LeaseLost, 0);
        }

        var run = _runs.GetValueOrDefault(batch.RunId) ?? new ModelRun();
        if (run.LastBatch == batch.BatchId && run.Events.Count == batch.ExpectedVersion + batch.Events.Count)
        {
            return new(AppendStatus.Appended, run.Events.Count);
        }

        if (run.Events.Count != batch.ExpectedVersion)
        {
            return new(AppendStatus.VersionConflict, run.Events.Count);
        }

        foreach (var write in batch.Context)
        {
            if (write.ExpectedVersion is { } expected && expected != run.Context.GetValueOrDefault(write.Key).Version)
            {
                return new(AppendStatus.ContextConflict, run.Events.Count, write.Scope + "/" + write.Key);
            }
        }

        run.Events.AddRange(batch.Events.Select(e => e.Text()));
        run.LastBatch = batch.BatchId;
        foreach (var id in batch.Dequeue)
        {
            run.Queue.Remove(id);
        }

        foreach (var entry in batch.Enqueue)
        {
            run.Queue[entry.Id] = entry;
        }

        run.Index = batch.Index ?? run.Index;
        run.WakeAt = run.Index is not { Open: true } || batch.ClearWake ? null : batch.WakeAt ?? run.WakeAt;
        foreach (var write in batch.Context)
        {
            run.Context[write.Key] = (run.Context.GetValueOrDefault(write.Key).Version + 1, write.Value.Text());
        }

        _runs[batch.RunId] = run;
        return new(AppendStatus.Appended, run.Events.Count);
    }

    public bool Delete(string who, string run) => Holder == who && (_runs.Remove(run) || true);

    public string Show()
    {
        var lines = _runs.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r =>
            $"{r.Key}: [{string.Join(',', r.Value.Events)}] {r.Value.Index.Show()} "
            + string.Join(' ', r.Value.Context.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}={c.Value.Version}:{c.Value.Value}")));
        var open = _runs.Where(r => r.Value.Index is { Open: true }).Select(r => $"{r.Key}@{r.Value.WakeAt:O}").Order(StringComparer.Ordinal);
        var queue = _runs.Values.SelectMany(r => r.Queue.Values).OrderBy(e => e, Comparer<QueueEntry>.Create(QueueOrder.Compare));
        return string.Join('\n', lines.Append("open " + string.Join(' ', open)).Append("queue " + string.Join(' ', queue)));
    }

    /// <summary>The same words, read from a store.</summary>
    public static async Task<string> ShowAsync(IRunStore store, IEnumerable<string> runs)
    {
        List<string> lines = [];
        foreach (var run in runs.Order(StringComparer.Ordinal))
        {
            var events = await store.EventsAsync(run);
            if (events.Count > 0)
            {
                (await store.GetVersionAsync(run, default)).ShouldBe(events.Count);
                var context = (await store.ListContextAsync(run, "s", default).AllAsync()).OrderBy(c => c.Key, StringComparer.Ordinal);
                lines.Add($"{run}: [{string.Join(',', events)}] {(await store.GetIndexAsync(run, default)).Show()} "
                    + string.Join(' ', context.Select(c => $"{c.Key}={c.Version}:{c.Value.Text()}")));
            }
        }

        List<string> open = [];
        List<QueueEntry> queue = [];
        for (var p = 0; p < store.PartitionCount; p++)
        {
            open.AddRange((await store.ReadOpenRunsAsync(p, default).AllAsync()).Select(o => $"{o.RunId}@{o.WakeAt:O}"));
            queue.AddRange(await store.ReadQueueAsync(p, default).AllAsync());
        }

        lines.Add("open " + string.Join(' ', open.Order(StringComparer.Ordinal)));
        lines.Add("queue " + string.Join(' ', queue));
        return string.Join('\n', lines);
    }

    private sealed class ModelRun
    {
        public List<string> Events { get; } = [];

        public string? LastBatch { get; set; }

        public RunIndexEntry? Index { get; set; }

        public DateTimeOffset? WakeAt { get; set; }

        public Dictionary<string, QueueEntry> Queue { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, (long Version, string Value)> Context { get; } = new(StringComparer.Ordinal);
    }
}
