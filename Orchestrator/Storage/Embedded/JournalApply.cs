using System.Buffers.Binary;

namespace Orchestrator.Storage.Embedded;

/// <summary>Applies a frame's records to the state: the one way in which it changes, at the start as while running.</summary>
internal static class JournalApply
{
    // What a record costs beside its blobs, roughly; for the decision when to compact.
    private const int RecordCost = 96;

    /// <param name="state">Changed under its gate, which the caller holds.</param>
    /// <param name="payload">The payload of a frame that is on disk.</param>
    /// <param name="segment">The id of the segment.</param>
    /// <param name="offset">The file offset of the payload.</param>
    /// <returns>True when the segment ends here.</returns>
    public static bool Frame(StoreState state, ReadOnlySpan<byte> payload, int segment, long offset)
    {
        var reader = new RecordReader(payload);
        var ended = false;
        while (!reader.AtEnd)
        {
            var (type, end) = reader.Begin();
            switch (type)
            {
                case JournalFormat.Lease:
                    Lease(state, ref reader);
                    break;
                case JournalFormat.Append or JournalFormat.OldAppend:
                    Append(state, ref reader, segment, offset, isOld: type == JournalFormat.OldAppend);
                    break;
                case JournalFormat.Snapshot:
                    Snapshot(state, ref reader, segment, offset);
                    break;
                case JournalFormat.Delete:
                    Delete(state, reader.Text());
                    break;
                case JournalFormat.End:
                    ended = true;
                    break;
                default:
                    throw new InvalidDataException($"A record has the type {type}, which this version does not know.");
            }

            reader.Finish(end);
        }

        return ended;
    }

    private static void Lease(StoreState state, ref RecordReader reader)
    {
        var partition = reader.Count();
        ref var lease = ref state.Leases[partition];
        lease.Epoch = reader.Signed();
        lease.Owner = reader.Text();
    }

    private static void Append(StoreState state, ref RecordReader reader, int segment, long offset, bool isOld)
    {
        var id = reader.Text();
        var batch = BinaryPrimitives.ReadUInt128LittleEndian(reader.Bytes(16));
        var first = reader.Signed();
        if (!state.Runs.TryGetValue(id, out var run))
        {
            run = new RunState(id, Partitions.Of(id, state.PartitionCount)) { LiveBytes = RecordCost };
            state.Runs.Add(id, run);
        }

        if (first != run.Version + 1)
        {
            throw new InvalidDataException($"Run '{id}' is at version {run.Version}, and a record goes on with version {first}.");
        }

        run.LastBatch = batch;
        for (var count = reader.Count(); count > 0; count--)
        {
            var (at, length) = reader.Blob();
            run.AddEvent(new BlobPosition(segment, offset + at));
            run.LiveBytes += length + JournalFormat.BlobHeaderLength;
        }

        Queue(state, run, ref reader, isOld);
        var flags = (uint)reader.Number();
        if ((flags & JournalFormat.HasIndex) != 0)
        {
            Index(state, run, ref reader, segment, offset);
        }

        if ((flags & JournalFormat.HasWake) != 0)
        {
            run.WakeMilliseconds = reader.Signed();
        }
        else if ((flags & JournalFormat.ClearsWake) != 0)
        {
            run.WakeMilliseconds = null;
        }

        if ((flags & JournalFormat.HasEnded) != 0)
        {
            state.End(run, reader.Signed());
        }

        if (!run.Open)
        {
            run.WakeMilliseconds = null;
        }

        Context(state, run, ref reader, segment, offset);
    }

    private static void Queue(StoreState state, RunState run, ref RecordReader reader, bool isOld)
    {
        var queue = state.Queues[run.Partition];
        for (var count = reader.Count(); count > 0; count--)
        {
            run.Queued -= queue.Remove(reader.Text()) ? 1 : 0;
        }

        for (var count = reader.Count(); count > 0; count--)
        {
            var id = reader.Text();
            var role = state.Pooled(reader.Text());
            var priority = reader.Count();
            var entry = new QueueEntry(id, run.Id, role, priority, StoreTime.FromMilliseconds(reader.Signed()));
            if (!isOld)
            {
                var tenant = state.Pooled(reader.Text());
                var data = reader.Bytes(reader.Count());
                entry = entry with { Tenant = tenant, Data = data.IsEmpty ? default : data.ToArray().AsMemory() };
            }

            run.Queued += queue.ContainsKey(id) ? 0 : 1;
            queue[id] = entry;
        }
    }

    private static void Index(StoreState state, RunState run, ref RecordReader reader, int segment, long offset)
    {
        var tenant = state.Pooled(reader.Text());
        run.Status = state.Pooled(reader.Text());
        run.Playbook = state.Pooled(reader.Text());
        run.CreatedTicks = reader.Signed();
        run.UpdatedTicks = reader.Signed();
        run.Open = reader.Number() != 0;
        var (at, length) = reader.Blob();
        run.LiveBytes += length - run.SummaryLength;
        (run.Summary, run.SummaryLength) = (new BlobPosition(segment, offset + at), length);
        if (run.Tenant is null)
        {
            run.Tenant = tenant;
            if (!state.Tenants.TryGetValue(tenant, out var runs))
            {
                state.Tenants[tenant] = runs = new SortedSet<(long, string)>(CreationOrder.Instance);
            }

            runs.Add((run.CreatedMilliseconds, run.Id));
        }

        if (run.Open)
        {
            state.Open(run);
            state.End(run, null);
        }
        else if (state.Close(run) || run.EndedMilliseconds is null)
        {
            state.End(run, Math.Max(0, new DateTimeOffset(run.UpdatedTicks, TimeSpan.Zero).ToUnixTimeMilliseconds()));
        }
    }

    private static void Context(StoreState state, RunState run, ref RecordReader reader, int segment, long offset)
    {
        for (var count = reader.Count(); count > 0; count--)
        {
            var key = (state.Pooled(reader.Text()), reader.Text());
            var version = reader.Signed();
            var (at, length) = reader.Blob();
            var context = run.WritableContext();
            run.LiveBytes += length + (context.TryGetValue(key, out var old) ? -old.Length : RecordCost);
            context[key] = new ContextItem { Version = version, Value = new BlobPosition(segment, offset + at), Length = length };
        }
    }

    private static void Snapshot(StoreState state, ref RecordReader reader, int segment, long offset)
    {
        var run = state.Runs[reader.Text()];
        var version = reader.Signed();
        var (at, length) = reader.Blob();
        run.LiveBytes += length - run.SnapshotLength;
        (run.SnapshotVersion, run.Snapshot, run.SnapshotLength) = (version, new BlobPosition(segment, offset + at), length);
    }

    private static void Delete(StoreState state, string id)
    {
        if (!state.Runs.Remove(id, out var run))
        {
            return;
        }

        run.Deleted = true;
        state.Close(run);
        state.End(run, null);
        if (run.Tenant is not null && state.Tenants.TryGetValue(run.Tenant, out var runs))
        {
            runs.Remove((run.CreatedMilliseconds, run.Id));
            if (runs.Count == 0)
            {
                state.Tenants.Remove(run.Tenant);
            }
        }

        if (run.Queued > 0)
        {
            var queue = state.Queues[run.Partition];
            foreach (var entry in queue.Values.Where(e => e.RunId == id).ToArray())
            {
                queue.Remove(entry.Id);
            }
        }
    }
}
