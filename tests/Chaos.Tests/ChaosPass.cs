using System.Diagnostics;

namespace Chaos.Tests;

/// <summary>How a pass goes.</summary>
/// <param name="Seed">What the killer does, and what the runs are.</param>
/// <param name="Runs">How many runs.</param>
/// <param name="Chaos">How long the killer goes on at least; it ends when all runs have ended, too.</param>
/// <param name="Embedded">One orchestrator with the embedded store, instead of three replicas on Redis.</param>
/// <param name="InFlight">Runs at a time.</param>
internal sealed record ChaosOptions(int Seed, int Runs, TimeSpan Chaos, bool Embedded = false, int InFlight = 20)
{
    public int Replicas => Embedded ? 1 : 3;

    /// <summary>Whether histories and logs are kept even when all went well.</summary>
    public bool Keep { get; init; }

    /// <summary>How long the runs may take after the killer has stopped.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(120);
}

/// <summary>What came of a pass.</summary>
internal sealed record ChaosReport(ChaosOptions Options, IReadOnlyList<string> Problems, string Summary, string Folder);

/// <summary>One pass: starts everything, has runs done while the killer is at work, and looks whether all is as it must be.</summary>
internal sealed class ChaosPass(ChaosOptions options, Action<string> say)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<string> _problems = [];
    private int _ended;

    public async Task<ChaosReport> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("chaos-").FullName;
        var random = new Random(options.Seed);
        ClientRun[] runs = [.. Enumerable.Range(0, options.Runs).Select(i =>
        {
            var shape = Shape.All[i % Shape.All.Count];
            return new ClientRun(shape, shape.Input(random), $"chaos-{options.Seed}-{i}");
        })];
        var failovers = new Failovers(options.Embedded);
        Killer killer;
        await using (var deployment = await Deployment.StartAsync(folder, options.Replicas, options.Embedded))
        {
            Note($"up: {options.Replicas} replicas, {deployment.Agents.Count} agents");
            using var client = new RunClient(deployment.Addresses);
            killer = new Killer(deployment, options.Seed, Note) { Killing = failovers.BeforeAsync };
            failovers.Deployment = deployment;
            await RunAllAsync(runs, client, killer);
            await VerifyAsync(runs, client, deployment);
        }

        var failover = failovers.Measure(runs);
        var summary = $"seed {options.Seed}: {runs.Length} runs, {killer.Actions} blows, {killer.Kills} replica kills, {_watch.Elapsed.TotalSeconds:0} s, "
            + $"failover p50 {Failovers.Percentile(failover, 0.5)} p95 {Failovers.Percentile(failover, 0.95)} of {failover.Count}, {_problems.Count} problems";
        if (_problems.Count == 0 && !options.Keep)
        {
            Directory.Delete(folder, recursive: true);
        }
        else
        {
            await Histories.WriteAsync(runs, folder);
        }

        return new ChaosReport(options, _problems, summary, folder);
    }

    private async Task RunAllAsync(ClientRun[] runs, RunClient client, Killer killer)
    {
        using var enough = new CancellationTokenSource();
        using var patience = new CancellationTokenSource();
        var killing = killer.RunAsync(enough.Token);
        var running = Parallel.ForEachAsync(
            runs,
            new ParallelOptions { MaxDegreeOfParallelism = options.InFlight, CancellationToken = patience.Token },
            async (run, ct) =>
            {
                try
                {
                    await client.RunAsync(run, ct);
                    if (Interlocked.Increment(ref _ended) % 50 == 0)
                    {
                        Note($"{_ended} of {runs.Length} runs have ended");
                    }
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    Problem($"{run.Shape.Playbook} {run.RunId}: its client broke: {e.Message}");
                }
            });

        // The killer goes on while there are runs, for as long as it was told to.
        await Task.WhenAny(running, Task.Delay(options.Chaos));
        await enough.CancelAsync();
        await killing;
        Note($"the killer has stopped; {_ended} of {runs.Length} runs have ended");
        patience.CancelAfter(options.Patience);
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            Problem($"{runs.Length - _ended} runs have not ended {options.Patience.TotalSeconds} s after the killer stopped");
        }
    }

    private async Task VerifyAsync(ClientRun[] runs, RunClient client, Deployment deployment)
    {
        await deployment.ReadyAsync();
        var executions = ExecutionLog.Read(deployment.Executions).ToLookup(e => e.RunId, StringComparer.Ordinal);
        using var ct = new CancellationTokenSource(options.Patience);
        foreach (var (run, number) in runs.Select((r, i) => (r, i)))
        {
            List<List<Protos.V1.RunEvent>> histories = [];
            if (run.Seen.Count > 0 && RunClient.IsEnd(run.Seen[^1]))
            {
                histories.Add(await client.HistoryAsync(run.RunId, number % client.Replicas, ct.Token));
            }

            foreach (var problem in Verification.Of(run, [.. executions[run.RunId]], histories))
            {
                Problem($"{run.Shape.Playbook} {run.RunId}: {problem}");
            }
        }

        foreach (var stranger in executions.Select(e => e.Key).Except(runs.Select(r => r.RunId), StringComparer.Ordinal))
        {
            Problem($"run {stranger} was executed, which nobody submitted");
        }

        foreach (var stubborn in await deployment.StopAsync(TimeSpan.FromSeconds(30)))
        {
            Problem($"{stubborn} did not stop when it was asked to");
        }

        foreach (var left in deployment.Redis is null ? [] : await RedisLook.LeftAsync(deployment.RedisPort))
        {
            Problem(left);
        }
    }

    private void Problem(string problem)
    {
        lock (_problems)
        {
            _problems.Add(problem);
        }

        Note("PROBLEM " + problem);
    }

    private void Note(string text) => say($"{TimeProvider.System.GetUtcNow():HH:mm:ss.f} {_watch.Elapsed.TotalSeconds,6:0.0} {text}");
}
