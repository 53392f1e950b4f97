using Protos.V1;

namespace Chaos.Tests;

/// <summary>A replica is stopped (SIGSTOP) for longer than its leases last, in the middle of its runs, and wakes up.</summary>
public sealed class PausedReplicaTests : IDisposable
{
    private static readonly Shape Hold = new("hold", State.Completed, n => new() { ["value"] = n + 2 });
    private readonly string _folder = Directory.CreateTempSubdirectory("paused-replica-").FullName;

    [Fact]
    public async Task ReplicaSleepsPastItsLease_AnotherGoesOn_AndTheSleeperRecordsNothing()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(180));
        await using var system = await Deployment.StartAsync(_folder, replicas: 2, embedded: false);
        using var client = new RunClient(system.Addresses);
        ClientRun[] runs = [.. Enumerable.Range(1, 12).Select(i => new ClientRun(Hold, i, $"hold-{i}"))];
        Task[] running = [.. runs.Select(run => client.RunAsync(run, patience.Token))];
        await UntilAsync(() => ExecutionLog.Read(system.Executions).Count >= runs.Length, "all are at their agents", patience.Token);

        // Their results come while it sleeps, and wait in its connections.
        await system.Replicas[0].PauseAsync();
        await Task.WhenAll(running);
        await system.Replicas[0].ContinueAsync();
        await UntilAsync(() => Log(0).Contains("was lost to another replica", StringComparison.Ordinal), "it knows that it slept too long", patience.Token);
        await system.ReadyAsync();

        var executions = ExecutionLog.Read(system.Executions).ToLookup(e => e.RunId, StringComparer.Ordinal);
        foreach (var run in runs)
        {
            var histories = new[] { await client.HistoryAsync(run.RunId, 0, patience.Token), await client.HistoryAsync(run.RunId, 1, patience.Token) };
            Verification.Of(run, [.. executions[run.RunId]], histories).ShouldBeEmpty(run.RunId);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Log(int replica)
    {
        using var file = new FileStream(Path.Combine(_folder, $"replica-{replica}.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    private static async Task UntilAsync(Func<bool> holds, string what, CancellationToken ct)
    {
        while (!holds())
        {
            ct.IsCancellationRequested.ShouldBeFalse(what);
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
