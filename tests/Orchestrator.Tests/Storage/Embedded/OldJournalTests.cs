using Orchestrator.Storage;
using Orchestrator.Storage.Embedded;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Embedded;

/// <summary>What earlier releases wrote.</summary>
public sealed class OldJournalTests
{
    [Fact]
    public async Task Open_AppendsWithoutTenantAndData_AreReadAndSurviveACompaction()
    {
        using var folder = new TempFolder();
        WriteJournal(folder.Path);
        for (var opening = 0; opening < 2; opening++)
        {
            await using var store = EmbeddedHarness.Create(folder.Path, partitions: 1);
            await store.OpenAsync(default);

            (await store.EventsAsync("open")).ShouldBe(["an event"]);
            (await store.ReadQueueAsync(0, default).AllAsync()).ShouldBe([new QueueEntry("open/t", "open", "writer", 5, Noon)]);
            (await store.ReadEndedRunsAsync(0, Noon.AddMilliseconds(1), 10, default)).ShouldBe(["ended"]);
            (await store.ReadEndedRunsAsync(0, Noon, 10, default)).ShouldBeEmpty();
            (await store.GetIndexAsync("open", default))!.Summary.Text().ShouldBe("summary");
            await store.CompactAsync();
        }
    }

    private static void WriteJournal(string folder)
    {
        var records = new RecordWriter();
        JournalRecords.Lease(records, 0, 3, "old");
        Append(records, "open", open: true);
        Append(records, "ended", open: false);
        using var segment = Segment.Create(1, 1, folder, 1, compacted: false, RandomAccess.FlushToDisk);
        segment.Write(records);
        segment.Publish();
    }

    // Record 2 of the format, as the release before this one wrote it.
    private static void Append(RecordWriter writer, string run, bool open)
    {
        writer.Begin(JournalFormat.OldAppend);
        writer.Text(run);
        writer.Bytes(new byte[16]);
        writer.Number(1UL);
        writer.Number(1UL);
        writer.Blob("an event"u8);
        writer.Number(0UL);
        writer.Number(open ? 1UL : 0UL);
        if (open)
        {
            writer.Text(run + "/t");
            writer.Text("writer");
            writer.Number(5UL);
            writer.Number(Noon.ToUnixTimeMilliseconds());
        }

        writer.Number((ulong)JournalFormat.HasIndex);
        JournalRecords.Index(writer, "local", "S", "audit", Noon.UtcTicks, Noon.UtcTicks, open, "summary"u8);
        writer.Number(0UL);
        writer.End();
    }
}
