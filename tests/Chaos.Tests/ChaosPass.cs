using System.Diagnostics;

namespace Chaos.Tests;

/// <summary>How a pass goes.</summary>
/// <param name="Seed">What the killer does, and what the runs are.</param>
/// <param name="Runs">How many runs; 0: one after the other for as long as the killer goes on.</param>
/// <param name="Chaos">How long the killer goes on; it ends when all runs have ended, too.</param>
/// <param name="Embedded">One orchestrator with the embedded store, instead of three replicas on Redis.</param>
/// <param name="InFlight">Runs at a time.</param>
internal sealed record ChaosOptions(int Seed, int Runs, TimeSpan Chaos, bool Embedded = false, int InFlight = 20)
{
    public int Replicas => Embedded ? 1 : 3;

    /// <summary>Whether the killer kills replicas and nothing else, to measure how soon others go on.</summary>
    public bool OnlyReplicas { get; init; }

    /// <summary>Whether every hop has TLS on both sides, keys are demanded, and telemetry is on.</summary>
    public bool Secured { get; init; }

    /// <summary>Whether histories and logs are kept even when all went well.</summary>
    public bool Keep { get; init; }

    /// <summary>How long the runs may take after the killer has stopped.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(120);
}

/// <summary>What came of a pass.</summary>
/// <param name="Failovers">From each kill of a replica to the next event of each run that it had in hand, shortest first.</param>
internal sealed record ChaosReport(IReadOnlyList<string> Problems, string Summary, string Folder, IReadOnlyList<TimeSpan> Failovers);

/// <summary>One pass: starts everything, has runs done while the killer is at work, and looks whether all is as it must be.</summary>
internal sealed class ChaosPass(ChaosOptions options, Action<string> say)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<string> _problems = [];
    private readonly List<ClientRun> _runs = [];
    private int _ended;

    public async Task<ChaosReport> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("chaos-").FullName;
        var failovers = new Failovers(options.Embedded);
        Killer killer;
        await using (var deployment = await Deployment.StartAsync(folder, options.Replicas, options.Embedded, options.Secured))
        {
            Note($"up: {options.Replicas} replicas, {deployment.Agents.Count} agents");
            using var client = new RunClient(deployment);
            killer = new Killer(deployment, options.Seed, Note) { Killing = failovers.BeforeAsync, OnlyReplicas = options.OnlyReplicas };
            failovers.Deployment = deployment;
            await RunAllAsync(client, killer);
            await VerifyAsync(client, deployment);
        }

        var failover = failovers.Measure(_runs);
        var summary = $"seed {options.Seed}: {_runs.Count} runs, {killer.Actions} blows, {killer.Kills} replica kills, {_watch.Elapsed.TotalSeconds:0} s, "
            + $"{Failovers.Show(failover)}, {_problems.Count} problems";
        if (_problems.Count == 0 && !options.Keep)
        {
            Directory.Delete(folder, recursive: true);
        }
        else
        {
            await Histories.WriteAsync(_runs, folder);
        }

        return new ChaosReport(_problems, summary, folder, failover);
    }

    // Always the same runs for a seed.
    private IEnumerable<ClientRun> Runs(CancellationToken enough)
    {
        var random = new Random(options.Seed);
        for (var i = 0; options.Runs == 0 ? !enough.IsCancellationRequested : i < options.Runs; i++)
        {
            var shape = Shape.All[i % Shape.All.Count];
            var run = new ClientRun(shape, shape.Input(random), $"chaos-{options.Seed}-{i}");
            lock (_runs)
            {
                _runs.Add(run);
            }

            yield return run;
        }
    }

    private async Task RunAllAsync(RunClient client, Killer killer)
    {
        using var enough = new CancellationTokenSource();
        using var patience = new CancellationTokenSource();
        var killing = killer.RunAsync(enough.Token);
        var running = Parallel.ForEachAsync(
            Runs(enough.Token),
            new ParallelOptions { MaxDegreeOfParallelism = options.InFlight, CancellationToken = patience.Token },
            async (run, ct) =>
            {
                try
                {
                    await client.RunAsync(run, ct);
                    if (Interlocked.Increment(ref _ended) % 50 == 0)
                    {
                        Note($"{_ended} runs have ended");
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
        Note($"the killer has stopped; {_ended} of {_runs.Count} runs have ended");
        patience.CancelAfter(options.Patience);
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            Problem($"{_runs.Count - _ended} runs have not ended {options.Patience.TotalSeconds} s after the killer stopped");
        }
    }

    private async Task VerifyAsync(RunClient client, Deployment deployment)
    {
        await deployment.ReadyAsync();
        var executions = ExecutionLog.Read(deployment.Executions).ToLookup(e => e.RunId, StringComparer.Ordinal);
        using var ct = new CancellationTokenSource(options.Patience);
        await ReadMadeByRunsAsync(client, ct.Token);
        foreach (var (run, number) in _runs.Select((r, i) => (r, i)))
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

        foreach (var stranger in executions.Select(e => e.Key).Except(_runs.Select(r => r.RunId), StringComparer.Ordinal))
        {
            Problem($"run {stranger} was executed, which nobody submitted");
        }

        foreach (var stubborn in await deployment.StopAsync(TimeSpan.FromSeconds(30)))
        {
            Problem($"{stubborn} did not stop when it was asked to");
        }

        foreach (var leak in Leaks(deployment))
        {
            Problem(leak);
        }

        foreach (var left in deployment.Redis is null ? [] : await RedisLook.LeftAsync(deployment))
        {
            Problem(left);
        }
    }

    // What a secured system must not have written anywhere, and what it must have reported.
    private static IEnumerable<string> Leaks(Deployment deployment)
    {
        if (deployment.Security is not { } security)
        {
            yield break;
        }

        foreach (var process in deployment.Processes)
        {
            using var file = new FileStream(Path.Combine(deployment.Folder, process.Name + ".log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            var log = reader.ReadToEnd();
            if (security.Secrets.Any(secret => log.Contains(secret, StringComparison.Ordinal)))
            {
                yield return $"the log of {process.Name} has a secret";
            }
        }

        if (string.Join(' ', security.Collector.Signals) is not "logs metrics traces" and var signals)
        {
            yield return $"of logs, metrics and traces, only {signals} were reported";
        }
    }

    // Runs that were made for a task of another run: they had no watcher, and are verified like the others.
    private async Task ReadMadeByRunsAsync(RunClient client, CancellationToken ct)
    {
        foreach (var parent in _runs.ToList())
        {
            foreach (var e in parent.Seen.Where(e => e.SubRunStarted is not null))
            {
                var child = new ClientRun(Shape.All.First(s => s.Playbook == e.SubRunStarted.Playbook), parent.Input, "") { RunId = e.SubRunStarted.RunId };
                child.Seen.AddRange(await client.HistoryAsync(child.RunId, 0, ct));
                _runs.Add(child);
            }
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
