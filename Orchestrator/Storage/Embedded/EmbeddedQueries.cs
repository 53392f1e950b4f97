using System.Runtime.CompilerServices;

namespace Orchestrator.Storage.Embedded;

/// <summary>Reads of single values and lists: look up under the gate, read the file outside of it.</summary>
internal static class EmbeddedQueries
{
    public static RunPage List(StoreState state, RunQuery query)
    {
        var cursor = StoreTime.ParseCursor(query.Cursor);
        List<(RunIndexEntry Entry, BlobPosition Summary)> found = [];
        string? next = null;
        using var pinned = new PinnedSegments(state);
        lock (state.Gate)
        {
            if (!state.Tenants.TryGetValue(query.Tenant, out var runs))
            {
                return new RunPage([], null);
            }

            var older = cursor is { } from && runs.Count > 0 && CreationOrder.Instance.Compare(from, runs.Min) < 0 ? []
                : cursor is { } to ? runs.GetViewBetween(runs.Min, to).Reverse()
                : runs.Reverse();
            foreach (var place in older)
            {
                var run = state.Runs[place.RunId];
                if (place == cursor || !Matches(run, query))
                {
                    continue;
                }

                if (found.Count == query.Limit)
                {
                    var last = found[^1].Entry;
                    next = StoreTime.FormatCursor(last.CreatedAt.ToUnixTimeMilliseconds(), last.RunId);
                    break;
                }

                pinned.Pin(run.Summary);
                found.Add((Entry(run), run.Summary));
            }
        }

        return new RunPage([.. found.Select(f => f.Entry with { Summary = pinned.Read(f.Summary) })], next);
    }

    public static RunIndexEntry? Index(StoreState state, string runId)
    {
        RunIndexEntry entry;
        BlobPosition summary;
        using var pinned = new PinnedSegments(state);
        lock (state.Gate)
        {
            if (!state.Runs.TryGetValue(runId, out var run) || run.Tenant is null)
            {
                return null;
            }

            (entry, summary) = (Entry(run), run.Summary);
            pinned.Pin(summary);
        }

        return entry with { Summary = pinned.Read(summary) };
    }

    public static ContextRecord? Context(StoreState state, string runId, string scope, string key)
    {
        ContextItem item;
        using var pinned = new PinnedSegments(state);
        lock (state.Gate)
        {
            if (!state.Runs.TryGetValue(runId, out var run) || !run.Context.TryGetValue((scope, key), out item))
            {
                return null;
            }

            pinned.Pin(item.Value);
        }

        return new ContextRecord(scope, key, item.Version, pinned.Read(item.Value));
    }

    public static StoredEvent? Snapshot(StoreState state, string runId)
    {
        long version;
        BlobPosition data;
        using var pinned = new PinnedSegments(state);
        lock (state.Gate)
        {
            if (!state.Runs.TryGetValue(runId, out var run) || run.SnapshotVersion == 0)
            {
                return null;
            }

            (version, data) = (run.SnapshotVersion, run.Snapshot);
            pinned.Pin(data);
        }

        return new StoredEvent(version, pinned.Read(data));
    }

    /// <summary>A partition's queue in its order; all roles for null.</summary>
    public static async IAsyncEnumerable<QueueEntry> QueueAsync(
        StoreState state, int partition, string? role, [EnumeratorCancellation] CancellationToken ct)
    {
        QueueEntry[] entries;
        lock (state.Gate)
        {
            entries = [.. state.Queues[partition].Values.Where(e => role is null || e.Role == role)];
        }

        Array.Sort(entries, QueueOrder.Compare);
        foreach (var entry in entries)
        {
            ct.ThrowIfCancellationRequested();
            yield return entry;
        }

        await Task.CompletedTask;
    }

    public static IReadOnlyList<QueueDepth> Depths(StoreState state)
    {
        var depths = new QueueDepths();
        lock (state.Gate)
        {
            foreach (var entry in state.Queues.SelectMany(q => q.Values))
            {
                depths.Add(entry.Role, 1, entry.EnqueuedAt);
            }
        }

        return depths.ToList();
    }

    public static IReadOnlyList<string> Ended(StoreState state, int partition, DateTimeOffset before, int limit)
    {
        var end = before.ToUnixTimeMilliseconds();
        lock (state.Gate)
        {
            return [.. state.EndedRuns[partition].TakeWhile(r => r.EndedMilliseconds < end).Take(limit).Select(r => r.RunId)];
        }
    }

    private static bool Matches(RunState run, RunQuery query) =>
        (query.Statuses.Count == 0 || query.Statuses.Contains(run.Status, StringComparer.Ordinal))
        && (query.Playbook is null || query.Playbook == run.Playbook);

    private static RunIndexEntry Entry(RunState run) => new(
        run.Id,
        run.Tenant!,
        run.Status,
        run.Playbook,
        new DateTimeOffset(run.CreatedTicks, TimeSpan.Zero),
        new DateTimeOffset(run.UpdatedTicks, TimeSpan.Zero),
        run.Open,
        ReadOnlyMemory<byte>.Empty);
}
