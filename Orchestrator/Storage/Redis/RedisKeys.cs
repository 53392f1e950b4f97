namespace Orchestrator.Storage.Redis;

/// <summary>The names of keys; docs/redis-keys.md lists them for those who look with redis-cli.</summary>
/// <remarks>All keys of a partition carry one hash tag, so that they live on one node of a cluster and scripts may use them together.</remarks>
internal sealed class RedisKeys
{
    private readonly string[] _bases;
    private readonly string[] _leases;
    private readonly string _prefix;

    public RedisKeys(string prefix, int partitions)
    {
        _prefix = prefix;
        Meta = prefix + ":meta";
        _bases = [.. Enumerable.Range(0, partitions).Select(p => $"{{{prefix}:p{p}}}:")];
        _leases = [.. _bases.Select(b => b + "lease")];
    }

    public int Partitions => _bases.Length;

    public string Meta { get; }

    /// <summary>What all keys of a partition begin with.</summary>
    public string Base(int partition) => _bases[partition];

    public string Base(string runId) => _bases[Storage.Partitions.Of(runId, _bases.Length)];

    public string Lease(int partition) => _leases[partition];

    public string Open(int partition) => _bases[partition] + "open";

    public string Runs(int partition, string tenant) => _bases[partition] + "runs:" + tenant;

    public string Ended(int partition) => _bases[partition] + "ended";

    public string Queue(int partition) => _bases[partition] + "queue";

    public string Inbox(int partition) => _bases[partition] + "inbox";

    public string Answer(string runId, string id) => Base(runId) + "answer:" + id;

    /// <summary>A group of members has a hash tag of its own.</summary>
    public string Members(string group) => $"{{{_prefix}:members:{group}}}:data";

    public string MemberExpiries(string group) => $"{{{_prefix}:members:{group}}}:expires";

    public string Run(string runId) => Base(runId) + "run:" + runId;

    public string Log(string runId) => Base(runId) + "log:" + runId;

    public string Snapshot(string runId) => Base(runId) + "snapshot:" + runId;

    public string Wake(string runId) => Base(runId) + "wake:" + runId;

    /// <summary>The channel that carries the wake-ups of something watched.</summary>
    public string Channel(string watched) =>
        Watched.IsInbox(watched, out var partition) ? _bases[partition] + "wake-inbox"
        : Watched.IsMembers(watched, out var group) ? $"{{{_prefix}:members:{group}}}:wake"
        : Wake(watched);

    public string Contexts(string runId) => Base(runId) + "contexts:" + runId;

    public string Context(string runId, string scope) => $"{Base(runId)}context:{runId}:{scope}";
}
