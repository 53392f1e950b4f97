using System.Runtime.InteropServices;

namespace Orchestrator.Storage.Embedded;

/// <summary>A value in a segment: 16 bits segment id, 48 bits offset. 0 is none.</summary>
internal readonly record struct BlobPosition(long Packed)
{
    public BlobPosition(int segment, long offset)
        : this(((long)segment << 48) | offset)
    {
    }

    public bool IsNone => Packed == 0;

    public int Segment => (int)((ulong)Packed >> 48);

    public long Offset => Packed & 0xffff_ffff_ffff;
}

[StructLayout(LayoutKind.Auto)]
internal struct ContextItem
{
    public long Version;
    public BlobPosition Value;
    public int Length;
}

/// <summary>What memory holds of a run: where its values are, not the values.</summary>
internal sealed class RunState(string id, int partition)
{
    private static readonly Dictionary<(string Scope, string Key), ContextItem> NoContext = [];
    private long[] _events = [];

    public string Id => id;

    public int Partition => partition;

    public int Version { get; private set; }

    public UInt128 LastBatch { get; set; }

    /// <summary>Null until the run is indexed.</summary>
    public string? Tenant { get; set; }

    public string Status { get; set; } = "";

    public string Playbook { get; set; } = "";

    public long CreatedTicks { get; set; }

    public long UpdatedTicks { get; set; }

    public bool Open { get; set; }

    public BlobPosition Summary { get; set; }

    public int SummaryLength { get; set; }

    public long? WakeMilliseconds { get; set; }

    /// <summary>When it became not open; null while it is open or was never indexed. Set by <see cref="StoreState.End"/>.</summary>
    public long? EndedMilliseconds { get; set; }

    public int Queued { get; set; }

    public long SnapshotVersion { get; set; }

    public BlobPosition Snapshot { get; set; }

    public int SnapshotLength { get; set; }

    /// <summary>Bytes of the journal that this run needs.</summary>
    public long LiveBytes { get; set; }

    public bool Deleted { get; set; }

    public Dictionary<(string Scope, string Key), ContextItem> Context { get; private set; } = NoContext;

    public long CreatedMilliseconds => new DateTimeOffset(CreatedTicks, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>The positions of all events, in order.</summary>
    public Span<long> Events => _events.AsSpan(0, Version);

    public void AddEvent(BlobPosition position)
    {
        if (_events.Length == Version)
        {
            // Exact for the first ones: most runs of a large store wait with a few events each.
            Array.Resize(ref _events, Version < 4 ? 4 : Version + (Version / 2));
        }

        _events[Version++] = position.Packed;
    }

    public Dictionary<(string Scope, string Key), ContextItem> WritableContext() =>
        ReferenceEquals(Context, NoContext) ? Context = [] : Context;
}

[StructLayout(LayoutKind.Auto)]
internal struct LeaseState
{
    public long Epoch;
    public string Owner;
    public string? Nonce;
    public long ExpiresAt;
}

/// <summary>
/// The embedded store's index in memory. Changed only by <see cref="JournalApply"/>, from the same records at the
/// start and while running, under <see cref="Gate"/>.
/// </summary>
internal sealed class StoreState
{
    private readonly Dictionary<string, string> _pool = new(StringComparer.Ordinal);

    public StoreState(int partitions)
    {
        Leases = new LeaseState[partitions];
        OpenRuns = CreateArray<HashSet<RunState>>(partitions);
        EndedRuns = [.. Enumerable.Range(0, partitions).Select(_ => new SortedSet<(long, string)>(CreationOrder.Instance))];
        Queues = CreateArray<Dictionary<string, QueueEntry>>(partitions);
    }

    public Lock Gate { get; } = new();

    public Dictionary<string, RunState> Runs { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SortedSet<(long CreatedMilliseconds, string RunId)>> Tenants { get; } = new(StringComparer.Ordinal);

    public LeaseState[] Leases { get; }

    public HashSet<RunState>[] OpenRuns { get; }

    /// <summary>Runs that have ended, by when they did.</summary>
    public SortedSet<(long EndedMilliseconds, string RunId)>[] EndedRuns { get; }

    public Dictionary<string, QueueEntry>[] Queues { get; }

    public Dictionary<int, Segment> Segments { get; } = [];

    public int PartitionCount => Leases.Length;

    /// <summary>How many runs of each tenant are open.</summary>
    public Dictionary<string, long> OpenByTenant { get; } = new(StringComparer.Ordinal);

    /// <summary>Notes that a run is open. Its tenant is known.</summary>
    public void Open(RunState run)
    {
        if (OpenRuns[run.Partition].Add(run))
        {
            OpenByTenant[run.Tenant!] = OpenByTenant.GetValueOrDefault(run.Tenant!) + 1;
        }
    }

    /// <summary>Notes that a run is not open any more; false: it was not.</summary>
    public bool Close(RunState run)
    {
        if (!OpenRuns[run.Partition].Remove(run))
        {
            return false;
        }

        if (--OpenByTenant[run.Tenant!] == 0)
        {
            OpenByTenant.Remove(run.Tenant!);
        }

        return true;
    }

    public bool Holds(PartitionLease lease)
    {
        ref var current = ref Leases[lease.Partition];
        return current.Epoch == lease.Epoch && current.Nonce is not null && current.Nonce == lease.Nonce;
    }

    /// <summary>Notes when a run has ended; null: it is open, or gone.</summary>
    public void End(RunState run, long? milliseconds)
    {
        if (run.EndedMilliseconds is { } before)
        {
            EndedRuns[run.Partition].Remove((before, run.Id));
        }

        run.EndedMilliseconds = milliseconds;
        if (milliseconds is { } after)
        {
            EndedRuns[run.Partition].Add((after, run.Id));
        }
    }

    /// <summary>One instance of each text that comes again and again.</summary>
    public string Pooled(string value)
    {
        if (_pool.TryGetValue(value, out var known))
        {
            return known;
        }

        if (_pool.Count < 10_000)
        {
            _pool[value] = value;
        }

        return value;
    }

    private static T[] CreateArray<T>(int count)
        where T : new()
    {
        var array = new T[count];
        for (var i = 0; i < count; i++)
        {
            array[i] = new T();
        }

        return array;
    }
}

/// <summary>Orders runs by a time (that of creation, or of the end), then by id; lists show them reversed.</summary>
internal sealed class CreationOrder : IComparer<(long CreatedMilliseconds, string RunId)>
{
    public static readonly CreationOrder Instance = new();

    public int Compare((long CreatedMilliseconds, string RunId) x, (long CreatedMilliseconds, string RunId) y)
    {
        var byTime = x.CreatedMilliseconds.CompareTo(y.CreatedMilliseconds);
        return byTime != 0 ? byTime : string.CompareOrdinal(x.RunId, y.RunId);
    }
}
