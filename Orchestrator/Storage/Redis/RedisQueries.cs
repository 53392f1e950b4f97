using System.Globalization;
using System.Runtime.CompilerServices;
using StackExchange.Redis;

namespace Orchestrator.Storage.Redis;

/// <summary>Lists, index entries and queues.</summary>
internal sealed class RedisQueries(RedisLink link, RedisKeys keys)
{
    private const int FieldsPerRun = 8;
    private static readonly RedisValue[] IndexFields = ["tenant", "status", "playbook", "created", "updated", "open", "summary"];

    public async Task<RedisIndexPage> PageAsync(int partition, RunQuery query, (string Created, string RunId) after, int limit, CancellationToken ct)
    {
        var keyBase = keys.Base(partition);
        RedisValue[] values = [keyBase, after.Created, after.RunId, limit, query.Playbook ?? "", .. query.Statuses.Select(s => (RedisValue)s)];
        var answer = (RedisValue[]?)await link.EvalAsync(RedisScript.List, [keyBase + "runs:" + query.Tenant], values, ct) ?? [];
        List<RunIndexEntry> runs = [];
        for (var at = 3; at < answer.Length; at += FieldsPerRun)
        {
            runs.Add(Entry(answer[at]!, answer.AsSpan(at + 1, FieldsPerRun - 1)));
        }

        return new RedisIndexPage(runs, (int)answer[0] == 1, (answer[1]!, answer[2]!));
    }

    public async ValueTask<RunIndexEntry?> IndexAsync(string runId, CancellationToken ct)
    {
        var fields = await link.ReadAsync(db => db.HashGetAsync(keys.Run(runId), IndexFields), "index", ct);
        return fields[0].IsNull ? null : Entry(runId, fields);
    }

    /// <summary>A partition's queue in its order; all roles for null.</summary>
    public async IAsyncEnumerable<QueueEntry> QueueAsync(int partition, string? role, [EnumeratorCancellation] CancellationToken ct)
    {
        RedisKey queue = keys.Queue(partition);
        QueueEntry[] entries;
        if (role is null)
        {
            var fields = await link.ReadAsync(db => db.HashGetAllAsync(queue), "queue", ct);
            entries = Array.ConvertAll(fields, f => RedisQueue.Parse(f.Name!, f.Value));
        }
        else
        {
            var fields = (RedisValue[]?)await link.EvalAsync(RedisScript.Queue, [queue], [role], ct) ?? [];
            entries = new QueueEntry[fields.Length / 2];
            for (var i = 0; i < entries.Length; i++)
            {
                entries[i] = RedisQueue.Parse(fields[2 * i]!, fields[(2 * i) + 1]);
            }
        }

        Array.Sort(entries, QueueOrder.Compare);
        foreach (var entry in entries)
        {
            yield return entry;
        }
    }

    public async Task<long> CountOpenAsync(string tenant, CancellationToken ct)
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, keys.Partitions).Select(async p =>
            (long)await link.EvalAsync(RedisScript.CountOpen, [keys.Open(p)], [keys.Base(p), tenant], ct)));
        return counts.Sum();
    }

    public async Task<IReadOnlyList<QueueDepth>> DepthsAsync(CancellationToken ct)
    {
        var partitions = await Task.WhenAll(Enumerable.Range(0, keys.Partitions).Select(async p =>
            (RedisValue[]?)await link.EvalAsync(RedisScript.Depths, [keys.Queue(p)], [], ct) ?? []));
        var depths = new QueueDepths();
        foreach (var roles in partitions)
        {
            for (var at = 0; at < roles.Length; at += 3)
            {
                depths.Add(roles[at]!, (long)roles[at + 1], StoreTime.FromMilliseconds((long)roles[at + 2]));
            }
        }

        return depths.ToList();
    }

    public async Task<IReadOnlyList<string>> EndedAsync(int partition, DateTimeOffset before, int limit, CancellationToken ct)
    {
        var runs = await link.ReadAsync(
            db => db.SortedSetRangeByScoreAsync(keys.Ended(partition), double.NegativeInfinity, before.ToUnixTimeMilliseconds(), Exclude.Stop, take: limit),
            "ended runs",
            ct);
        return Array.ConvertAll(runs, r => (string)r!);
    }

    /// <summary>Merges the partitions, newest first, asking each for more only when its share is used up.</summary>
    public async Task<RunPage> ListAsync(RunQuery query, CancellationToken ct)
    {
        var cursor = StoreTime.ParseCursor(query.Cursor);
        var after = cursor is { } c ? (c.CreatedMilliseconds.ToString(CultureInfo.InvariantCulture), c.RunId) : ("inf", "");
        var sources = new RedisIndexSource[keys.Partitions];
        for (var i = 0; i < sources.Length; i++)
        {
            sources[i] = new RedisIndexSource(this, i, query, after, Math.Min(query.Limit + 1, Math.Max(8, 2 * query.Limit / keys.Partitions)));
        }

        await Task.WhenAll(sources.Select(s => s.FillAsync(ct)));
        List<RunIndexEntry> runs = [];
        while (true)
        {
            RedisIndexSource? newest = null;
            foreach (var source in sources)
            {
                if (source.Next is { } run && (newest is null || IsNewer(run, newest.Next!)))
                {
                    newest = source;
                }
            }

            if (newest is null)
            {
                return new RunPage(runs, null);
            }

            if (runs.Count == query.Limit)
            {
                return new RunPage(runs, StoreTime.FormatCursor(runs[^1].CreatedAt.ToUnixTimeMilliseconds(), runs[^1].RunId));
            }

            runs.Add(newest.Next!);
            await newest.AdvanceAsync(ct);
        }
    }

    private static bool IsNewer(RunIndexEntry x, RunIndexEntry y)
    {
        var byTime = x.CreatedAt.ToUnixTimeMilliseconds().CompareTo(y.CreatedAt.ToUnixTimeMilliseconds());
        return byTime != 0 ? byTime > 0 : string.CompareOrdinal(x.RunId, y.RunId) > 0;
    }

    private static RunIndexEntry Entry(string runId, ReadOnlySpan<RedisValue> fields) => new(
        runId,
        fields[0]!,
        fields[1]!,
        fields[2]!,
        DateTimeOffset.Parse(fields[3]!, CultureInfo.InvariantCulture),
        DateTimeOffset.Parse(fields[4]!, CultureInfo.InvariantCulture),
        (int)fields[5] == 1,
        (byte[]?)fields[6] ?? []);
}

/// <summary>Some runs of one partition.</summary>
/// <param name="Runs">Newest first; may be empty although there are more.</param>
/// <param name="Done">Nothing is left after these.</param>
/// <param name="After">Where to go on.</param>
internal sealed record RedisIndexPage(List<RunIndexEntry> Runs, bool Done, (string Created, string RunId) After);

/// <summary>One partition's runs, fetched as they are used.</summary>
internal sealed class RedisIndexSource(RedisQueries queries, int partition, RunQuery query, (string Created, string RunId) after, int pageSize)
{
    private RedisIndexPage _page = new([], Done: false, after);
    private int _at;

    public RunIndexEntry? Next => _at < _page.Runs.Count ? _page.Runs[_at] : null;

    public Task AdvanceAsync(CancellationToken ct)
    {
        _at++;
        return FillAsync(ct);
    }

    public async Task FillAsync(CancellationToken ct)
    {
        while (_at == _page.Runs.Count && !_page.Done)
        {
            _page = await queries.PageAsync(partition, query, _page.After, pageSize, ct);
            _at = 0;
        }
    }
}
