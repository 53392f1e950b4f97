using System.Globalization;
using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Redis;

/// <summary>What an operator sees with redis-cli, as docs/redis-keys.md tells it.</summary>
[Collection(SharedRedis.Name)]
public sealed class RedisKeyTests(RedisServer server)
{
    [Fact]
    public async Task Keys_OfARun_AreTheDocumentedOnesAndGoWithIt()
    {
        await using var harness = new RedisHarness(server);
        var store = await harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a", "b").With(
            index: Index("r1"),
            enqueue: [new("r1/t", "r1", "writer", 5, Noon) { Tenant = "local", Data = Bytes("{}") }],
            context: [new("run", "k", 0, Bytes("v"))]));
        await store.SaveSnapshotAsync(lease, "r1", 2, Bytes("s"), default);
        var prefix = $"{{{harness.Prefix}:p{lease.Partition}}}:";
        string[] ofTheRun = ["run:r1", "log:r1", "snapshot:r1", "context:r1:run", "contexts:r1", "runs:local", "open", "queue"];

        foreach (var key in ofTheRun)
        {
            (await server.CommandAsync($"EXISTS {prefix}{key}")).ShouldBe(":1", key);
        }

        var known = (ofTheRun.Length + 2).ToString(CultureInfo.InvariantCulture);
        (await server.CommandAsync($"EVAL \"return #redis.call('KEYS','*{harness.Prefix}*')\" 0")).ShouldBe(":" + known, "beside the lease and the meta key");
        (await server.CommandAsync($"HGET {prefix}run:r1 version")).ShouldBe("$1");
        (await server.CommandAsync($"LLEN {prefix}log:r1")).ShouldBe(":2");
        (await server.CommandAsync($"EVAL \"return redis.call('HGET','{prefix}queue','r1/t') == '5 1772366400000 writer r1 local' .. string.char(10) .. '{{}}' and 1 or 0\" 0")).ShouldBe(":1");

        await store.DeleteRunAsync(lease, "r1", default);

        foreach (var key in ofTheRun)
        {
            (await server.CommandAsync($"EXISTS {prefix}{key}")).ShouldBe(":0", key);
        }
    }

    [Fact]
    public async Task Keys_OfInboxAndMembers_AreTheDocumentedOnesAndRunOut()
    {
        await using var harness = new RedisHarness(server);
        var store = await harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        var prefix = $"{{{harness.Prefix}:p{lease.Partition}}}:";
        await store.PutInboxAsync(new InboxItem("i1", "r1", Bytes("?")), default);
        await store.PutMemberAsync("replicas", new Member("a", Bytes("v")), Long, default);
        (await server.CommandAsync($"HLEN {prefix}inbox")).ShouldBe(":1");
        (await server.CommandAsync($"HLEN {{{harness.Prefix}:members:replicas}}:data")).ShouldBe(":1");
        (await server.CommandAsync($"ZCARD {{{harness.Prefix}:members:replicas}}:expires")).ShouldBe(":1");
        var left = long.Parse((await server.CommandAsync($"PTTL {{{harness.Prefix}:members:replicas}}:data"))[1..], CultureInfo.InvariantCulture);
        left.ShouldBeInRange(1, (long)Long.TotalMilliseconds);

        await store.AnswerInboxAsync(lease, "r1", new InboxAnswer("i1", Bytes("!")), default);

        (await server.CommandAsync($"EXISTS {prefix}inbox")).ShouldBe(":0");
        left = long.Parse((await server.CommandAsync($"PTTL {prefix}answer:i1"))[1..], CultureInfo.InvariantCulture);
        left.ShouldBeInRange(1, 60_000);
        await store.RemoveMemberAsync("replicas", "a", default);
        (await server.CommandAsync($"EXISTS {{{harness.Prefix}:members:replicas}}:data {{{harness.Prefix}:members:replicas}}:expires")).ShouldBe(":0");
    }

    [Fact]
    public async Task Open_DataOfAnEarlierRelease_IsReadAndBroughtUpToDate()
    {
        await using var harness = new RedisHarness(server);
        var key = $"{{{harness.Prefix}:p0}}:";
        (await server.CommandAsync($"HSET {harness.Prefix}:meta format 1 partitions 1")).ShouldBe(":2");
        await server.CommandAsync($"HSET {key}run:r1 version 1 batch b tenant local status COMPLETED playbook audit created 2026-03-01T12:00:00.0000000Z updated 2026-03-01T12:00:10.1234567Z open 0 queued 0 summary s");
        await server.CommandAsync($"HSET {key}run:r2 version 1 batch b tenant local status IN_PROGRESS playbook audit created 2026-03-01T12:00:00.0000000Z updated 2026-03-01T12:00:10.1234567Z open 1 queued 1 summary s");
        await server.CommandAsync($"ZADD {key}open 1772366400000 r2");
        await server.CommandAsync($"HSET {key}queue r2/t \"5 1772366400000 writer r2\"");
        await server.CommandAsync($"ZADD {key}queue:writer 41772366400000 r2/t");

        var store = await harness.OpenAsync(partitions: 1);

        (await server.CommandAsync($"EXISTS {key}queue:writer")).ShouldBe(":0");
        (await store.ReadEndedRunsAsync(0, Noon.AddSeconds(10).AddMilliseconds(124), 10, default)).ShouldBe(["r1"]);
        (await store.ReadEndedRunsAsync(0, Noon.AddSeconds(10).AddMilliseconds(123), 10, default)).ShouldBeEmpty();
        (await store.ReadQueueAsync(0, "writer", default).AllAsync()).ShouldBe([new QueueEntry("r2/t", "r2", "writer", 5, Noon)]);
        var lease = await store.LeaseAsync("r2");
        await store.ShouldAppendAsync(lease, Batch("r2", 1, "b").With(dequeue: ["r2/t"], index: Index("r2", "DONE", open: false)));
        (await store.ReadQueueDepthsAsync(default)).ShouldBeEmpty();
        await store.DeleteRunAsync(lease, "r1", default);
        (await store.ReadEndedRunsAsync(0, Noon.AddDays(1), 10, default)).ShouldBe(["r2"]);
        (await server.CommandAsync($"HGET {harness.Prefix}:meta level")).ShouldBe("$1");
    }
}
