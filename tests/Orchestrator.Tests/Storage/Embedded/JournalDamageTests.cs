using Microsoft.Extensions.Logging;
using Orchestrator.Storage;
using Orchestrator.Storage.Embedded;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Embedded;

public sealed class JournalDamageTests : IAsyncLifetime
{
    private readonly EmbeddedHarness _harness = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    [Fact]
    public async Task Open_JournalCutAtEveryByteOfTheLastRecord_KeepsAllBeforeAndGoesOn()
    {
        var (journal, ends) = await WriteAsync(appends: 3);
        var whole = await File.ReadAllBytesAsync(journal);
        for (var length = ends[^2]; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(journal, whole[..(int)length]);
            var logger = new CapturingLogger<EmbeddedRunStore>();
            await using var store = EmbeddedHarness.Create(_harness.Folder, logger: logger);
            await store.OpenAsync(default);

            (await store.EventsAsync("r1")).ShouldBe(["event 0", "event 1"], $"cut at {length}");
            (await store.GetContextAsync("r1", "s", "k", default))!.Version.ShouldBe(2);
            (await store.GetIndexAsync("r1", default))!.Status.ShouldBe("S1");
            (await store.ReadQueueAsync(Partitions.Of("r1", store.PartitionCount), default).AllAsync()).Single().Id.ShouldBe("r1/t1");
            (await store.ReadOpenRunsAsync(Partitions.Of("r1", store.PartitionCount), default).AllAsync()).ShouldBe([("r1", Noon.AddSeconds(1))]);
            logger.Entries.Any(e => e.Level == LogLevel.Warning && e.Text.Contains("torn tail", StringComparison.Ordinal)).ShouldBe(length > ends[^2]);

            var lease = await store.LeaseAsync("r1");
            await store.ShouldAppendAsync(lease, Batch("r1", 2, "again"));
            await store.DisposeAsync();
            (await (await _harness.OpenAsync()).EventsAsync("r1")).ShouldBe(["event 0", "event 1", "again"]);
            await _harness.CloseAsync();
        }
    }

    [Fact]
    public async Task Open_AnyByteBeforeTheLastRecordFlipped_RefusesAndNamesFileAndOffset()
    {
        var (journal, ends) = await WriteAsync(appends: 3);
        var whole = await File.ReadAllBytesAsync(journal);
        for (var at = 0; at < ends[^2]; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x40;
            await File.WriteAllBytesAsync(journal, damaged);
            await using var store = EmbeddedHarness.Create(_harness.Folder);

            var error = await Should.ThrowAsync<StoreDamagedException>(() => store.OpenAsync(default), $"byte {at}");

            error.Message.ShouldContain(journal);
            error.Message.ShouldContain("damaged at offset " + (at < JournalFormat.HeaderLength ? 0 : ends.Last(e => e <= at)));
            (await File.ReadAllBytesAsync(journal)).ShouldBe(damaged, "a damaged file is left as it is");
        }

        await File.WriteAllBytesAsync(journal, whole);
        (await (await _harness.OpenAsync()).EventsAsync("r1")).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Open_LastRecordFollowedByZeros_CutsThem()
    {
        var (journal, _) = await WriteAsync(appends: 2);
        await using (var file = new FileStream(journal, FileMode.Append))
        {
            await file.WriteAsync(new byte[5000]);
        }

        (await (await _harness.OpenAsync()).EventsAsync("r1")).ShouldBe(["event 0", "event 1"]);
        await _harness.CloseAsync();
        new FileInfo(journal).Length.ShouldBeLessThan(5000);
    }

    [Fact]
    public async Task Read_ValueDamagedWhileOpen_IsRefused()
    {
        var (journal, _) = await WriteAsync(appends: 2);
        var store = await _harness.OpenAsync();
        var bytes = await File.ReadAllBytesAsync(journal);
        await using (var file = new FileStream(journal, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = bytes.AsSpan().IndexOf("event 1"u8);
            file.WriteByte((byte)'E');
        }

        (await Should.ThrowAsync<StoreDamagedException>(() => store.EventsAsync("r1"))).Message.ShouldContain(journal);
    }

    [Fact]
    public async Task Open_SegmentRenamed_RefusesAndNamesIt()
    {
        await WriteAsync(appends: 1);
        File.Move(_harness.Journal, Path.Combine(_harness.Folder, "journal-00000003.log"));
        (await Should.ThrowAsync<StoreDamagedException>(() => _harness.OpenAsync())).Message.ShouldContain("should have the name 'journal-00000001.log'");
    }

    [Fact]
    public async Task Open_SegmentMissing_RefusesAndNamesIt()
    {
        var store = (EmbeddedRunStore)await _harness.OpenAsync();
        await store.LeaseAsync("r1");
        await store.CompactAsync();
        await store.CompactAsync();
        await _harness.CloseAsync();
        File.Delete(Path.Combine(_harness.Folder, "journal-00000002.log"));
        File.Exists(Path.Combine(_harness.Folder, "journal-00000003.log")).ShouldBeTrue();

        (await Should.ThrowAsync<StoreDamagedException>(() => _harness.OpenAsync())).Message.ShouldContain("journal-00000001.log' is missing");
    }

    /// <returns>The journal, and where each of its writes ended: header, lease, then one per append.</returns>
    private async Task<(string Journal, long[] Ends)> WriteAsync(int appends)
    {
        var store = await _harness.OpenAsync();
        var ends = new List<long> { new FileInfo(_harness.Journal).Length };
        var lease = await store.LeaseAsync("r1");
        ends.Add(new FileInfo(_harness.Journal).Length);
        for (var i = 0; i < appends; i++)
        {
            await store.ShouldAppendAsync(lease, Batch("r1", i, "event " + i).With(
                index: Index("r1", "S" + i),
                wakeAt: Noon.AddSeconds(i),
                dequeue: ["r1/t" + (i - 1)],
                enqueue: [new("r1/t" + i, "r1", "writer", 5, Noon) { Tenant = "local", Data = Bytes("d") }],
                context: [new("s", "k", null, Bytes("v"))]));
            ends.Add(new FileInfo(_harness.Journal).Length);
        }

        var journal = _harness.Journal;
        await _harness.CloseAsync();
        return (journal, [.. ends]);
    }
}
