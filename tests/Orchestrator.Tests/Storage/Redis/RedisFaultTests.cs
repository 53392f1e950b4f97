using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orchestrator.Storage;
using Orchestrator.Storage.Redis;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Redis;

public sealed class RedisFaultTests : IAsyncLifetime
{
    private readonly RedisServer _server = new();

    public Task InitializeAsync() => _server.StartAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Append_ServerStopped_GivesUpInTimeAndGoesOnByItself()
    {
        var logger = new CapturingLogger<RedisRunStore>();
        await using var store = RedisHarness.Create(_server, "t", deadline: TimeSpan.FromSeconds(1), logger: logger);
        await store.OpenAsync(default);
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a"));
        var batch = Batch("r1", 1, "b");

        await _server.SignalAsync("STOP");
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 2; i++)
        {
            await Should.ThrowAsync<StoreUnavailableException>(async () => await store.AppendAsync(lease, batch, default));
        }

        await Should.ThrowAsync<StoreUnavailableException>(() => store.EventsAsync("r1"));
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(6), "three calls with a deadline of 1 s each");
        (await store.CheckAsync(default)).Ok.ShouldBeFalse();
        await _server.SignalAsync("CONT");

        await RepeatAsync(store, lease, batch);
        await store.ShouldAppendAsync(lease, Batch("r1", 2, "c"));
        (await store.EventsAsync("r1")).ShouldBe(["a", "b", "c"]);
        (await store.CheckAsync(default)).Ok.ShouldBeTrue();
        logger.Entries.Any(e => e.Text.Contains("Redis does not answer", StringComparison.Ordinal)).ShouldBeTrue();
    }

    [Fact]
    public async Task Append_CancelledWhileTheServerIsStopped_EndsAtOnce()
    {
        await using var store = RedisHarness.Create(_server, "t", deadline: TimeSpan.FromSeconds(60));
        await store.OpenAsync(default);
        var lease = await store.LeaseAsync("r1");
        await _server.SignalAsync("STOP");
        using var cancel = new CancellationTokenSource();

        var append = store.AppendAsync(lease, Batch("r1", 0, "a"), cancel.Token).AsTask();
        append.IsCompleted.ShouldBeFalse();
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => append.WaitAsync(TimeSpan.FromSeconds(10)));
        await _server.SignalAsync("CONT");
    }

    [Fact]
    public async Task Append_ScriptsFlushed_WorksOn()
    {
        await using var store = RedisHarness.Create(_server, "t");
        await store.OpenAsync(default);
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a"));

        (await _server.CommandAsync("SCRIPT FLUSH")).ShouldBe("+OK");

        await store.ShouldAppendAsync(lease, Batch("r1", 1, "b"));
        (await store.EventsAsync("r1")).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Append_ServerKilledUnderLoadAndStartedAgain_EverythingAcknowledgedIsThereOnce()
    {
        await using var store = RedisHarness.Create(_server, "t", deadline: TimeSpan.FromSeconds(2));
        await store.OpenAsync(default);
        using var stop = new CancellationTokenSource();
        var acknowledged = 0;
        var runs = Enumerable.Range(0, 12).Select(i => "run-" + i).ToArray();
        var leases = new PartitionLease[store.PartitionCount];
        for (var p = 0; p < leases.Length; p++)
        {
            leases[p] = (await store.AcquireAsync(p, "t", Long, default))!;
        }

        var writers = runs.Select(run => Task.Run(async () =>
        {
            long version = 0;
            for (; !stop.IsCancellationRequested; version++)
            {
                await RepeatAsync(store, leases[Partitions.Of(run, store.PartitionCount)], Batch(run, version, "e" + version));
                Interlocked.Increment(ref acknowledged);
            }

            return version;
        })).ToArray();

        for (var kill = 0; kill < 3; kill++)
        {
            var target = Volatile.Read(ref acknowledged) + 500;
            while (Volatile.Read(ref acknowledged) < target && !writers.Any(w => w.IsCompleted))
            {
                await Task.Delay(5);
            }

            _server.Kill();
            await _server.StartAsync();
        }

        await stop.CancelAsync();
        var versions = await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(60));
        for (var i = 0; i < runs.Length; i++)
        {
            (await store.EventsAsync(runs[i])).ShouldBe(Enumerable.Range(0, (int)versions[i]).Select(v => "e" + v));
        }
    }

    [Fact]
    public async Task Watch_ServerRestarted_IsWokenByAnotherProcessAgain()
    {
        await using var writer = RedisHarness.Create(_server, "t");
        await using var reader = RedisHarness.Create(_server, "t");
        await writer.OpenAsync(default);
        await reader.OpenAsync(default);
        var lease = await writer.LeaseAsync("r1");
        using var woken = new SemaphoreSlim(0);
        await using var watch = reader.Watch("r1", () => woken.Release());
        _server.Kill();
        await _server.StartAsync();

        List<string> seen = [];
        for (var i = 0; i < 3; i++)
        {
            await RepeatAsync(writer, lease, Batch("r1", i, "e" + i));
            while (seen.Count <= i)
            {
                (await woken.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue($"No wake-up for event {i}.");
                seen.AddRange(await reader.EventsAsync("r1", seen.Count));
            }
        }

        seen.ShouldBe(["e0", "e1", "e2"]);
    }

    [Fact]
    public async Task Append_ConnectionFallsSilentForGood_GoesOnOverANewOne()
    {
        await using var relay = new SilentRelay(_server.Port);
        await using var store = RedisHarness.Create(_server, "t", deadline: TimeSpan.FromSeconds(1), port: relay.Port, silence: TimeSpan.FromSeconds(2));
        await using var other = RedisHarness.Create(_server, "t");
        await store.OpenAsync(default);
        await other.OpenAsync(default);
        var lease = await store.LeaseAsync("r1");
        using var woken = new SemaphoreSlim(0);
        await using var watch = store.Watch("r1", () => woken.Release());
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a"));

        relay.FallSilent();
        var watched = Stopwatch.StartNew();
        await RepeatAsync(store, lease, Batch("r1", 1, "b"));

        watched.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        (await store.EventsAsync("r1")).ShouldBe(["a", "b"]);
        await other.ShouldAppendAsync(lease, Batch("r1", 2, "c"));
        for (var seen = 2; seen < 3; seen = (await store.EventsAsync("r1")).Count)
        {
            (await woken.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue("the watch moved to the new connection");
        }
    }

    [Fact]
    public async Task Dispose_ServerStopped_DoesNotHang()
    {
        var store = RedisHarness.Create(_server, "t", deadline: TimeSpan.FromSeconds(1));
        await store.OpenAsync(default);
        await using var watch = store.Watch("r1", () => { });
        await _server.SignalAsync("STOP");
        await Should.ThrowAsync<StoreUnavailableException>(async () => await store.GetVersionAsync("r1", default));

        await store.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(15));

        await _server.SignalAsync("CONT");
    }

    private static async Task RepeatAsync(IRunStore store, PartitionLease lease, AppendBatch batch)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await store.ShouldAppendAsync(lease, batch);
                return;
            }
            catch (StoreUnavailableException) when (attempt < 30)
            {
                // The outcome is open: the same batch again settles it.
            }
        }
    }
}
