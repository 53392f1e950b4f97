namespace Orchestrator.Storage.Embedded;

/// <summary>The state at one instant, as far as a compaction needs it: positions and small values, no payloads.</summary>
internal sealed class JournalCapture
{
    private const int FrameTarget = 1024 * 1024;
    private readonly List<RunCapture> _runs = [];
    private readonly (long Epoch, string Owner)[] _leases;
    private readonly Dictionary<int, Segment> _segments;

    private JournalCapture(StoreState state)
    {
        _leases = [.. state.Leases.Select(l => (l.Epoch, l.Owner ?? ""))];
        _segments = new Dictionary<int, Segment>(state.Segments);
    }

    /// <summary>Called under the state's gate.</summary>
    public static JournalCapture Take(StoreState state)
    {
        var capture = new JournalCapture(state);
        var queued = state.Queues.SelectMany(q => q.Values).ToLookup(e => e.RunId, StringComparer.Ordinal);
        foreach (var run in state.Runs.Values)
        {
            capture._runs.Add(new RunCapture(run, queued[run.Id]));
        }

        return capture;
    }

    /// <summary>Writes everything captured, as a complete segment; the caller publishes it.</summary>
    public void CopyTo(Segment target)
    {
        var writer = new RecordWriter();
        for (var i = 0; i < _leases.Length; i++)
        {
            if (_leases[i].Epoch > 0)
            {
                JournalRecords.Lease(writer, i, _leases[i].Epoch, _leases[i].Owner);
            }
        }

        foreach (var run in _runs)
        {
            run.Copy(writer, target, Read);
            if (writer.Length > FrameTarget)
            {
                Flush(writer, target);
            }
        }

        JournalRecords.End(writer);
        Flush(writer, target);
    }

    /// <summary>Points runs at the copies where they still point at what was copied. Under the state's gate.</summary>
    public void Repoint(int segment)
    {
        foreach (var run in _runs)
        {
            run.Repoint(segment);
        }
    }

    private static void Flush(RecordWriter writer, Segment target)
    {
        target.Write(writer);
        writer.Reset();
    }

    private byte[] Read(BlobPosition position) =>
        position.IsNone ? [] : _segments[position.Segment].ReadBlob(position.Offset);

    private sealed class RunCapture(RunState run, IEnumerable<QueueEntry> queued)
    {
        private readonly long[] _events = run.Events.ToArray();
        private readonly UInt128 _lastBatch = run.LastBatch;
        private readonly (string? Tenant, string Status, string Playbook, long Created, long Updated, bool Open) _index =
            (run.Tenant, run.Status, run.Playbook, run.CreatedTicks, run.UpdatedTicks, run.Open);
        private readonly BlobPosition _summary = run.Summary;
        private readonly long? _wake = run.WakeMilliseconds;
        private readonly long? _ended = run.EndedMilliseconds;
        private readonly (long Version, BlobPosition Data) _snapshot = (run.SnapshotVersion, run.Snapshot);
        private readonly QueueEntry[] _queued = [.. queued];
        private readonly KeyValuePair<(string Scope, string Key), ContextItem>[] _context = [.. run.Context];

        private long[] _newEvents = [];
        private long[] _newContext = [];
        private long _newSummary;
        private long _newSnapshot;
        private bool _restWritten;

        public void Copy(RecordWriter writer, Segment target, Func<BlobPosition, byte[]> read)
        {
            _newEvents = new long[_events.Length];
            _newContext = new long[_context.Length];
            var nextEvent = 0;
            var nextContext = 0;
            bool last;
            do
            {
                if (writer.Length > FrameTarget)
                {
                    Flush(writer, target);
                }

                // Offsets in the frame become offsets in the file: the frame will begin where the file now ends.
                var frame = target.Length;
                var start = writer.Length;
                var from = nextEvent;
                List<byte[]> chunk = [];
                for (long size = 0; nextEvent < _events.Length && size < FrameTarget; nextEvent++)
                {
                    chunk.Add(read(new BlobPosition(_events[nextEvent])));
                    size += chunk[^1].Length;
                }

                JournalRecords.BeginAppend(writer, run.Id, _lastBatch, from + 1);
                writer.Number((ulong)chunk.Count);
                for (var i = 0; i < chunk.Count; i++)
                {
                    _newEvents[from + i] = frame + writer.Blob(chunk[i]);
                }

                last = nextEvent == _events.Length;
                Rest(writer, frame, start, last, ref nextContext, read);
                last &= nextContext == _context.Length;
            }
            while (!last);

            if (_snapshot.Version > 0)
            {
                _newSnapshot = target.Length + JournalRecords.Snapshot(writer, run.Id, _snapshot.Version, read(_snapshot.Data));
            }
        }

        public void Repoint(int segment)
        {
            if (run.Deleted)
            {
                return;
            }

            var events = run.Events;
            for (var i = 0; i < _newEvents.Length; i++)
            {
                events[i] = new BlobPosition(segment, _newEvents[i]).Packed;
            }

            if (run.Summary == _summary && !_summary.IsNone)
            {
                run.Summary = new BlobPosition(segment, _newSummary);
            }

            if (run.Snapshot == _snapshot.Data && _snapshot.Version > 0)
            {
                run.Snapshot = new BlobPosition(segment, _newSnapshot);
            }

            for (var i = 0; i < _context.Length; i++)
            {
                var key = _context[i].Key;
                var item = run.Context[key];
                if (item.Value == _context[i].Value.Value)
                {
                    item.Value = new BlobPosition(segment, _newContext[i]);
                    run.WritableContext()[key] = item;
                }
            }
        }

        /// <summary>Ends an append record: everything but the events goes into the last one of the run.</summary>
        private void Rest(RecordWriter writer, long frame, int start, bool last, ref int nextContext, Func<BlobPosition, byte[]> read)
        {
            var first = last && !_restWritten;
            _restWritten |= last;
            writer.Number(0UL);
            writer.Number((ulong)(first ? _queued.Length : 0));
            foreach (var entry in first ? _queued : [])
            {
                JournalRecords.QueueEntry(writer, entry);
            }

            var indexed = first && _index.Tenant is not null;
            writer.Number((indexed ? JournalFormat.HasIndex : 0)
                | (first && _wake is not null ? JournalFormat.HasWake : 0UL)
                | (first && _ended is not null ? JournalFormat.HasEnded : 0UL));
            if (indexed)
            {
                var (tenant, status, playbook, created, updated, open) = _index;
                _newSummary = frame + JournalRecords.Index(writer, tenant!, status, playbook, created, updated, open, read(_summary));
            }

            if (first && _wake is { } wake)
            {
                writer.Number(wake);
            }

            if (first && _ended is { } ended)
            {
                writer.Number(ended);
            }

            List<(int Index, byte[] Value)> chunk = [];
            for (long size = writer.Length - start; last && nextContext < _context.Length && size < FrameTarget; nextContext++)
            {
                chunk.Add((nextContext, read(_context[nextContext].Value.Value)));
                size += chunk[^1].Value.Length;
            }

            writer.Number((ulong)chunk.Count);
            foreach (var (i, value) in chunk)
            {
                var ((scope, key), item) = _context[i];
                _newContext[i] = frame + JournalRecords.Context(writer, scope, key, item.Version, value);
            }

            writer.End();
        }
    }
}
