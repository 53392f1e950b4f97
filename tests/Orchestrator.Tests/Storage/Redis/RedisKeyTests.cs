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
            enqueue: [new("r1/t", "r1", "writer", 5, Noon)],
            context: [new("run", "k", 0, Bytes("v"))]));
        await store.SaveSnapshotAsync(lease, "r1", 2, Bytes("s"), default);
        var prefix = $"{{{harness.Prefix}:p{lease.Partition}}}:";
        string[] ofTheRun = ["run:r1", "log:r1", "snapshot:r1", "context:r1:run", "contexts:r1", "runs:local", "open", "queue", "queue:writer"];

        foreach (var key in ofTheRun)
        {
            (await server.CommandAsync($"EXISTS {prefix}{key}")).ShouldBe(":1", key);
        }

        var known = (ofTheRun.Length + 2).ToString(CultureInfo.InvariantCulture);
        (await server.CommandAsync($"EVAL \"return #redis.call('KEYS','*{harness.Prefix}*')\" 0")).ShouldBe(":" + known, "beside the lease and the meta key");
        (await server.CommandAsync($"HGET {prefix}run:r1 version")).ShouldBe("$1");
        (await server.CommandAsync($"LLEN {prefix}log:r1")).ShouldBe(":2");
        (await server.CommandAsync($"EVAL \"return redis.call('HGET','{prefix}queue','r1/t') == '5 1772366400000 writer r1' and 1 or 0\" 0")).ShouldBe(":1");

        await store.DeleteRunAsync(lease, "r1", default);

        foreach (var key in ofTheRun)
        {
            (await server.CommandAsync($"EXISTS {prefix}{key}")).ShouldBe(":0", key);
        }
    }
}
