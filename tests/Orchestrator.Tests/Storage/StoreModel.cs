using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage;

/// <summary>What a store should do, in the simplest words: lists and dictionaries, no files, no server, no clock.</summary>
internal sealed class StoreModel(int partitions)
{
    public const string Group = "g";
    private readonly Dictionary<string, ModelRun> _runs = new(StringComparer.Ordinal);
    private readonly ModelLease[] _leases = [.. Enumerable.Range(0, partitions).Select(_ => new ModelLease())];
    private readonly List<InboxItem> _inbox = [];
    private readonly Dictionary<string, string> _answers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _members = new(StringComparer.Ordinal);

    public long Version(string run) => _runs.TryGetValue(run, out var r) ? r.Events.Count : 0;

    /// <summary>Who may change a partition, whether its time has run out or not.</summary>
    public string? Holder(int partition) => _leases[partition].Holder;

    /// <returns>The new epoch; null while another's time has not run out.</returns>
    public long? Acquire(int partition, string who, bool runsOut)
    {
        var lease = _leases[partition];
        if (lease.Holder is not null && !lease.HasRunOut)
        {
            return null;
        }

        (lease.Holder, lease.HasRunOut) = (who, runsOut);
        return ++lease.Epoch;
    }

    public bool Renew(PartitionLease lease, string who)
    {
        var holds = Holds(lease, who);
        if (holds)
        {
            _leases[lease.Partition].HasRunOut = false;
        }

        return holds;
    }

    public void Release(PartitionLease lease, string who)
    {
        if (Holds(lease, who))
        {
            _leases[lease.Partition].Holder = null;
        }
    }

    /// <summary>All leases of a store for one process end with it.</summary>
    public void Restart()
    {
        foreach (var lease in _leases)
        {
            lease.Holder = null;
        }

        _inbox.Clear();
        _answers.Clear();
        _members.Clear();
    }

    public bool Holds(PartitionLease lease, string who) =>
        _leases[lease.Partition].Holder == who && _leases[lease.Partition].Epoch == lease.Epoch;

    public AppendResult Append(PartitionLease lease, string who, AppendBatch batch)
    {
        if (!Holds(lease, who))
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

        _runs[batch.RunId] = run;
        run.Apply(batch);
        foreach (var answer in batch.Answers)
        {
            Answer(answer);
        }

        return new(AppendStatus.Appended, run.Events.Count);
    }

    public bool Delete(PartitionLease lease, string who, string run) => Holds(lease, who) && (_runs.Remove(run) || true);

    public void Put(InboxItem item)
    {
        if (!_answers.ContainsKey(item.Id) && !_inbox.Exists(i => i.Id == item.Id))
        {
            _inbox.Add(item);
        }
    }

    public void Answer(InboxAnswer answer)
    {
        _inbox.RemoveAll(i => i.Id == answer.Id);
        _answers.TryAdd(answer.Id, answer.Data.Text());
    }

    public void PutMember(Member member) => _members[member.Id] = member.Data.Text();

    public void RemoveMember(string id) => _members.Remove(id);

    public string Show(IEnumerable<string> runs, IEnumerable<string> items)
    {
        var lines = _runs.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r =>
            $"{r.Key}: [{string.Join(',', r.Value.Events)}] {r.Value.Index.Show()} "
            + string.Join(' ', r.Value.Context.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}={c.Value.Version}:{c.Value.Value}"))).ToList();
        for (var p = 0; p < partitions; p++)
        {
            var own = _runs.Where(r => Partitions.Of(r.Key, partitions) == p).ToArray();
            var open = own.Where(r => r.Value.Index is { Open: true }).Select(r => $"{r.Key}@{r.Value.WakeAt:O}").Order(StringComparer.Ordinal);
            var ended = own.Where(r => r.Value.EndedAt is not null).OrderBy(r => r.Value.EndedAt).ThenBy(r => r.Key, StringComparer.Ordinal).Select(r => r.Key);
            var queue = own.SelectMany(r => r.Value.Queue.Values).OrderBy(e => e, Comparer<QueueEntry>.Create(QueueOrder.Compare)).ToArray();
            lines.Add($"p{p} open {string.Join(' ', open)}");
            lines.Add($"p{p} ended {string.Join(' ', ended)}");
            lines.Add($"p{p} queue {string.Join("; ", queue.Select(e => e.Show()))}");
            lines.Add($"p{p} writers {string.Join(' ', queue.Where(e => e.Role == "writer").Select(e => e.Id))}");
            lines.Add($"p{p} inbox {string.Join(' ', _inbox.Where(i => Partitions.Of(i.RunId, partitions) == p).Select(i => $"{i.Id}={i.RunId}:{i.Data.Text()}"))}");
        }

        lines.Add("depths " + string.Join(' ', _runs.Values.SelectMany(r => r.Queue.Values).GroupBy(e => e.Role, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new QueueDepth(g.Key, g.Count(), g.Min(e => e.EnqueuedAt)))));
        lines.Add("answers " + string.Join(' ', items.Select(i => _answers.GetValueOrDefault(i, "none"))));
        lines.Add("members " + string.Join(' ', _members.Select(m => m.Key + "=" + m.Value)));
        return string.Join('\n', lines);
    }

    /// <summary>The same words, read from a store.</summary>
    /// <param name="items">Inbox items, each with the run that it is about.</param>
    public static async Task<string> ShowAsync(IRunStore store, IEnumerable<string> runs, IEnumerable<(string Id, string RunId)> items)
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

        for (var p = 0; p < store.PartitionCount; p++)
        {
            var open = (await store.ReadOpenRunsAsync(p, default).AllAsync()).Select(o => $"{o.RunId}@{o.WakeAt:O}").Order(StringComparer.Ordinal);
            lines.Add($"p{p} open {string.Join(' ', open)}");
            lines.Add($"p{p} ended {string.Join(' ', await store.ReadEndedRunsAsync(p, Noon.AddYears(1), 1000, default))}");
            lines.Add($"p{p} queue {string.Join("; ", (await store.ReadQueueAsync(p, default).AllAsync()).Select(e => e.Show()))}");
            lines.Add($"p{p} writers {string.Join(' ', (await store.ReadQueueAsync(p, "writer", default).AllAsync()).Select(e => e.Id))}");
            lines.Add($"p{p} inbox {string.Join(' ', (await store.ReadInboxAsync(p, default)).Select(i => $"{i.Id}={i.RunId}:{i.Data.Text()}"))}");
        }

        lines.Add("depths " + string.Join(' ', await store.ReadQueueDepthsAsync(default)));
        List<string> answers = [];
        foreach (var (id, run) in items)
        {
            answers.Add((await store.ReadAnswerAsync(run, id, default))?.Data.Text() ?? "none");
        }

        lines.Add("answers " + string.Join(' ', answers));
        lines.Add("members " + string.Join(' ', (await store.ReadMembersAsync(Group, default)).Select(m => $"{m.Id}={m.Data.Text()}")));
        return string.Join('\n', lines);
    }

    private sealed class ModelLease
    {
        public string? Holder { get; set; }

        public bool HasRunOut { get; set; }

        public long Epoch { get; set; }
    }

    private sealed class ModelRun
    {
        public List<string> Events { get; } = [];

        public string? LastBatch { get; private set; }

        public RunIndexEntry? Index { get; private set; }

        public DateTimeOffset? WakeAt { get; private set; }

        public DateTimeOffset? EndedAt { get; private set; }

        public Dictionary<string, QueueEntry> Queue { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, (long Version, string Value)> Context { get; } = new(StringComparer.Ordinal);

        public void Apply(AppendBatch batch)
        {
            Events.AddRange(batch.Events.Select(e => e.Text()));
            LastBatch = batch.BatchId;
            foreach (var id in batch.Dequeue)
            {
                Queue.Remove(id);
            }

            foreach (var entry in batch.Enqueue)
            {
                Queue[entry.Id] = entry;
            }

            Index = batch.Index ?? Index;
            EndedAt = Index is { Open: false } ? EndedAt ?? Index.UpdatedAt : null;
            WakeAt = Index is not { Open: true } || batch.ClearWake ? null : batch.WakeAt ?? WakeAt;
            foreach (var write in batch.Context)
            {
                Context[write.Key] = (Context.GetValueOrDefault(write.Key).Version + 1, write.Value.Text());
            }
        }
    }
}
