using System.Globalization;
using System.Text;
using Orchestrator.Storage;
using Orchestrator.Storage.Embedded;

namespace Fuzz.Tests.Journal;

/// <summary>The files of a store as they were left, and what was acknowledged until which place of which file.</summary>
/// <param name="Files">By name.</param>
/// <param name="Acknowledged">In order.</param>
internal sealed record JournalSample(IReadOnlyDictionary<string, byte[]> Files, IReadOnlyList<JournalSample.Event> Acknowledged)
{
    public const int Partitions = 2;

    /// <summary>An event that was acknowledged.</summary>
    /// <param name="Run">Its run.</param>
    /// <param name="Version">Its version.</param>
    /// <param name="Data">Its bytes.</param>
    /// <param name="File">The file that it was written to.</param>
    /// <param name="End">How long that file was then.</param>
    public sealed record Event(string Run, long Version, string Data, string File, long End);

    public static EmbeddedRunStore Store(string folder) => new(
        new EmbeddedStoreOptions { Folder = folder, Partitions = Partitions, Fatal = (reason, cause) => throw new InvalidOperationException(reason, cause), Flush = _ => { } },
        TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<EmbeddedRunStore>.Instance);

    /// <summary>Writes a store: runs with indexes, queues, context, snapshots, deletions.</summary>
    /// <param name="compact">Whether half of it is compacted on the way.</param>
    public static async Task<JournalSample> WriteAsync(bool compact)
    {
        var folder = Directory.CreateTempSubdirectory("agents-journal-").FullName;
        try
        {
            var events = new List<Event>();
            await using (var store = Store(folder))
            {
                await store.OpenAsync(default);
                var leases = new List<PartitionLease>();
                for (var p = 0; p < Partitions; p++)
                    leases.Add((await store.AcquireAsync(p, "fuzz", TimeSpan.FromMinutes(10), default))!);
                for (var step = 0; step < 60; step++)
                {
                    var run = $"run-{step % 7}";
                    var lease = leases[Orchestrator.Storage.Partitions.Of(run, Partitions)];
                    await AppendAsync(store, lease, run, step, folder, events);
                    if (step == 20)
                        await store.SaveSnapshotAsync(lease, run, 1, Encoding.UTF8.GetBytes("snapshot"), default);
                    if (step == 30 && compact)
                    {
                        await store.CompactAsync();
                        // All of it stands in a file of its own now.
                        var (file, length) = Last(folder);
                        events = [.. events.Select(e => e with { File = file, End = length })];
                    }
                }
            }

            var files = Directory.EnumerateFiles(folder, "journal-*.log").ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes, StringComparer.Ordinal);
            return new JournalSample(files, events);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task AppendAsync(EmbeddedRunStore store, PartitionLease lease, string run, int step, string folder, List<Event> events)
    {
        var version = await store.GetVersionAsync(run, default);
        string[] data = [$"{run} {step} {new string('x', step)}", $"{run} {step} second"];
        var at = DateTimeOffset.UnixEpoch.AddSeconds(step);
        var batch = new AppendBatch
        {
            RunId = run,
            ExpectedVersion = version,
            BatchId = step.ToString(CultureInfo.InvariantCulture),
            Events = [.. data.Select(text => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text))],
            Index = new RunIndexEntry(run, "local", "IN_PROGRESS", "fuzz", DateTimeOffset.UnixEpoch, at, step < 50, Encoding.UTF8.GetBytes("summary")),
            Enqueue = step % 3 == 0 ? [new QueueEntry($"{run}/{step}", run, "worker", 5, at) { Tenant = "local", Data = new byte[] { 1, 2 } }] : [],
            Dequeue = step % 5 == 0 ? [$"{run}/{step - 7}"] : [],
            WakeAt = step % 4 == 0 ? at : null,
            Context = step % 6 == 0 ? [new ContextWrite("scope", "key", null, Encoding.UTF8.GetBytes($"value {step}"))] : [],
        };
        (await store.AppendAsync(lease, batch, default)).Status.ShouldBe(AppendStatus.Appended);
        var (file, length) = Last(folder);
        for (var i = 0; i < data.Length; i++)
            events.Add(new Event(run, version + i + 1, data[i], file, length));
    }

    private static (string File, long Length) Last(string folder)
    {
        var file = Directory.EnumerateFiles(folder, "journal-*.log").Order(StringComparer.Ordinal).Last();
        return (Path.GetFileName(file), new FileInfo(file).Length);
    }
}
