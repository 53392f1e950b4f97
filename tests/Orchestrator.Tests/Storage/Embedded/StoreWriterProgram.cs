using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Embedded;

/// <summary>
/// The entry point of this assembly, for tests that kill a process: <c>store-writer FOLDER</c> appends as fast as it can
/// and prints <c>run version</c> once an append is acknowledged.
/// </summary>
internal static class StoreWriterProgram
{
    public const string Command = "store-writer";
    public const int Runs = 8;

    public static async Task<int> Main(string[] args)
    {
        if (args is not [Command, var folder])
        {
            await System.Console.Error.WriteLineAsync($"Usage: {Command} FOLDER. The tests themselves are run by 'dotnet test'.");
            return 2;
        }

        await using var store = EmbeddedHarness.Create(folder, compactFrom: 100_000);
        await store.OpenAsync(default);
        var leases = new PartitionLease[store.PartitionCount];
        for (var p = 0; p < leases.Length; p++)
        {
            leases[p] = (await store.AcquireAsync(p, "writer", Long, default))!;
        }

        var output = System.Console.Out;
        await Task.WhenAll(Enumerable.Range(0, Runs).Select(i => Task.Run(async () =>
        {
            var run = "run-" + i;
            var lease = leases[Partitions.Of(run, store.PartitionCount)];
            for (var version = await store.GetVersionAsync(run, default); ; version++)
            {
                // The context value is replaced each time, so that there is something to compact as well.
                await store.ShouldAppendAsync(lease, Batch(run, version, Event(run, version + 1)).With(context: [new("s", "k", null, new byte[500])]));
                lock (output)
                {
                    output.WriteLine($"{run} {version + 1}");
                    output.Flush();
                }
            }
        })));
        return 0;
    }

    public static string Event(string run, long version) => $"{run} event {version} " + new string('.', (int)(version * 37 % 300));
}
