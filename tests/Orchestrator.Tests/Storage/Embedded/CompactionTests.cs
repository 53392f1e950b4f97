using Orchestrator.Storage;
using Orchestrator.Storage.Embedded;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Embedded;

public sealed class CompactionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Compact_DeletedRunsAndOldValues_OnlyLiveDataRemains()
    {
        await using (var store = await OpenAsync())
        {
            await FillAsync(store, runs: 20);
            var before = JournalBytes();
            var expected = await ShowAsync(store);

            await store.CompactAsync();

            JournalBytes().ShouldBeLessThan(before / 3);
            (await ShowAsync(store)).ShouldBe(expected);
            File.ReadAllText(Directory.GetFiles(_folder.Path, "journal-*.log").Order(StringComparer.Ordinal).First()).ShouldNotContain("secret of deleted run");
            await store.AppendMoreAsync("run-1");
        }

        await using var again = await OpenAsync();
        (await again.EventsAsync("run-1")).Last().ShouldBe("more");
        (await again.AcquireAsync(0, "t", Long, default))!.Epoch.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task Compact_TwiceAndReopened_StateIsTheSame()
    {
        string expected;
        await using (var store = await OpenAsync())
        {
            await FillAsync(store, runs: 12);
            expected = await ShowAsync(store);
            await store.CompactAsync();
            await store.CompactAsync();
            (await ShowAsync(store)).ShouldBe(expected);
        }

        await using (var store = await OpenAsync())
        {
            (await ShowAsync(store)).ShouldBe(expected);
            await store.CompactAsync();
        }

        await using var last = await OpenAsync();
        (await ShowAsync(last)).ShouldBe(expected);
    }

    [Fact]
    public async Task Compact_WhileAppendingAndReading_LosesNothing()
    {
        await using var store = await OpenAsync();
        var lease = await store.LeaseAsync("busy");
        using var stop = new CancellationTokenSource();
        var written = 0;
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var v = written;
                await store.ShouldAppendAsync(lease, Batch("busy", v, "e" + v).With(context: [new("s", "latest", null, Bytes("c" + v))], index: Index("busy")));
                written = v + 1;
            }
        });
        var reading = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var events = await store.EventsAsync("busy");
                events.ShouldBe(Enumerable.Range(0, events.Count).Select(i => "e" + i));
            }
        });

        for (var i = 0; i < 10; i++)
        {
            var target = written + 20;
            await store.CompactAsync();
            while (written < target && !writing.IsCompleted)
            {
                await Task.Yield();
            }
        }

        await stop.CancelAsync();
        await writing;
        await reading;
        (await store.EventsAsync("busy")).Count.ShouldBe(written);
        await store.DisposeAsync();
        await using var again = await OpenAsync();
        (await again.EventsAsync("busy")).ShouldBe(Enumerable.Range(0, written).Select(i => "e" + i));
        (await again.GetContextAsync("busy", "s", "latest", default))!.Value.Text().ShouldBe("c" + (written - 1));
    }

    [Fact]
    public async Task Append_MostIsDead_CompactsByItself()
    {
        await using var store = EmbeddedHarness.Create(_folder.Path, compactFrom: 200_000);
        await store.OpenAsync(default);
        var lease = await store.LeaseAsync("r1");
        var value = new byte[10_000];
        for (var i = 0; i < 200; i++)
        {
            await store.ShouldAppendAsync(lease, Batch("r1", i, "e").With(context: [new("s", "k", null, value)]));
        }

        for (var i = 0; JournalBytes() > 500_000; i++)
        {
            i.ShouldBeLessThan(500, "2 MB were written, 10 KB of them live");
            await Task.Delay(10);
        }

        (await store.EventsAsync("r1")).Count.ShouldBe(200);
    }

    [Fact]
    public async Task Open_CompactionKilledAtAnyStep_StateIsTheSame()
    {
        string expected;
        await using (var store = await OpenAsync())
        {
            await FillAsync(store, runs: 8);
            expected = await ShowAsync(store);
        }

        // The files before, and after: killed in between, a start finds a mixture of them.
        var before = Files();
        await using (var store = await OpenAsync())
        {
            await store.CompactAsync();
        }

        var after = Files();
        var (first, second) = ("journal-00000001.log", "journal-00000002.log");
        (string Step, (string Name, byte[] Content)[] Files)[] steps =
        [
            ("next segment unfinished", [(first, before[first]), (second + ".tmp", after[second][..10])]),
            ("copy unfinished", [(first, Ended(before[first], after[first])), (second, after[second]), (first + ".tmp", after[first][..(after[first].Length / 2)])]),
            ("copy not renamed", [(first, Ended(before[first], after[first])), (second, after[second]), (first + ".tmp", after[first])]),
            ("done", [(first, after[first]), (second, after[second])]),
        ];
        foreach (var (step, files) in steps)
        {
            Directory.GetFiles(_folder.Path, "journal-*").ToList().ForEach(File.Delete);
            foreach (var (name, content) in files)
            {
                await File.WriteAllBytesAsync(_folder[name], content);
            }

            await using var store = await OpenAsync();
            (await ShowAsync(store)).ShouldBe(expected, step);
            Directory.GetFiles(_folder.Path, "*.tmp").ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Open_OldSegmentsLeftBehindACompactedOne_AreRemoved()
    {
        string expected;
        byte[] old;
        await using (var store = await OpenAsync())
        {
            await FillAsync(store, runs: 8);
            await store.CompactAsync();
            old = await File.ReadAllBytesAsync(_folder["journal-00000001.log"]);
            await store.AppendMoreAsync("run-1");
            await store.CompactAsync();
            File.Exists(_folder["journal-00000001.log"]).ShouldBeFalse();
            expected = await ShowAsync(store);
        }

        await File.WriteAllBytesAsync(_folder["journal-00000001.log"], old);

        await using var again = await OpenAsync();
        (await ShowAsync(again)).ShouldBe(expected);
        File.Exists(_folder["journal-00000001.log"]).ShouldBeFalse();
    }

    private static byte[] Ended(byte[] segment, byte[] compacted)
    {
        // The frame that ends a segment, as the store writes it: with the segment's own salt and next sequence.
        compacted.Length.ShouldBeGreaterThan(0);
        var writer = new RecordWriter();
        JournalRecords.End(writer);
        ulong frames = 0;
        for (var at = JournalFormat.HeaderLength; at < segment.Length; frames++)
        {
            at += JournalFormat.FrameHeaderLength + BitConverter.ToInt32(segment, at + 4);
        }

        JournalFormat.SealFrame(writer.Frame, (1UL << 32) + frames + 1, BitConverter.ToUInt32(segment, 24));
        return [.. segment, .. writer.Frame];
    }

    private async Task<EmbeddedRunStore> OpenAsync()
    {
        var store = EmbeddedHarness.Create(_folder.Path);
        await store.OpenAsync(default);
        return store;
    }

    private static async Task FillAsync(EmbeddedRunStore store, int runs)
    {
        var leases = new PartitionLease[store.PartitionCount];
        for (var p = 0; p < leases.Length; p++)
        {
            await store.ReleaseAsync((await store.AcquireAsync(p, "t", Long, default))!, default);
            leases[p] = (await store.AcquireAsync(p, "t", Long, default))!;
        }

        for (var i = 0; i < runs; i++)
        {
            foreach (var run in new[] { "run-" + i, "deleted-" + i })
            {
                var lease = leases[Partitions.Of(run, store.PartitionCount)];
                for (var v = 0; v < 5; v++)
                {
                    await store.ShouldAppendAsync(lease, Batch(run, v, run.StartsWith('d') ? new string('x', 5000) + "secret of deleted run" : $"{run} event {v}").With(
                        index: Index(run, "S" + v, open: i % 2 == 0, second: i),
                        wakeAt: Noon.AddSeconds(v),
                        enqueue: [new($"{run}/{v}", run, "writer", v, Noon)],
                        dequeue: v > 2 ? [$"{run}/{v - 1}"] : [],
                        context: [new("s", "k" + (v % 2), null, Bytes(new string('c', 2000) + v))]));
                    await store.SaveSnapshotAsync(lease, run, v + 1, Bytes(new string('s', 2000) + v), default);
                }

                if (run.StartsWith('d'))
                {
                    await store.DeleteRunAsync(lease, run, default);
                }
            }
        }

        foreach (var lease in leases)
        {
            await store.ReleaseAsync(lease, default);
        }
    }

    /// <summary>All that the store tells, as text.</summary>
    private static async Task<string> ShowAsync(EmbeddedRunStore store)
    {
        List<string> lines = [];
        var page = await store.ListAsync(new RunQuery("local", [], null, null, 1000), default);
        foreach (var run in page.Runs)
        {
            lines.Add(run.Show());
            lines.AddRange(await store.EventsAsync(run.RunId));
            var snapshot = await store.ReadSnapshotAsync(run.RunId, default);
            lines.Add($"{snapshot?.Version} {snapshot?.Data.Text()}");
            var context = await store.ListContextAsync(run.RunId, "s", default).AllAsync();
            lines.AddRange(context.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Version} {c.Value.Text()}"));
        }

        for (var p = 0; p < store.PartitionCount; p++)
        {
            lines.AddRange((await store.ReadOpenRunsAsync(p, default).AllAsync()).Order().Select(o => o.ToString()));
            lines.AddRange((await store.ReadQueueAsync(p, default).AllAsync()).Select(q => q.ToString()));
        }

        return string.Join('\n', lines);
    }

    private Dictionary<string, byte[]> Files() =>
        Directory.GetFiles(_folder.Path, "journal-*").ToDictionary(f => Path.GetFileName(f), File.ReadAllBytes, StringComparer.Ordinal);

    private long JournalBytes() => Directory.GetFiles(_folder.Path, "journal-*").Sum(f => new FileInfo(f).Length);
}

internal static class CompactionSteps
{
    public static async Task AppendMoreAsync(this IRunStore store, string run)
    {
        var lease = await store.LeaseAsync(run);
        await store.ShouldAppendAsync(lease, Batch(run, await store.GetVersionAsync(run, default), "more"));
        await store.ReleaseAsync(lease, default);
    }
}
