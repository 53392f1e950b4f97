namespace Chaos.Tests;

/// <summary>Kills, stops, cuts and delays, as a seed says, one thing after the other, and puts everything right again.</summary>
internal sealed class Killer(Deployment deployment, int seed, Action<string> note)
{
    private readonly Random _random = new(seed);
    private readonly List<Task> _mending = [];
    private readonly HashSet<object> _broken = [];
    private readonly Lock _gate = new();

    /// <summary>Called with the id of a replica's process right before it is killed.</summary>
    public required Func<int, Task> Killing { get; init; }

    /// <summary>Kills replicas and nothing else, and leaves time between, so that how soon others go on can be measured.</summary>
    public bool OnlyReplicas { get; init; }

    /// <summary>How many replicas were killed.</summary>
    public int Kills { get; private set; }

    public int Actions { get; private set; }

    /// <summary>Goes on until told to end, then until everything works again.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(OnlyReplicas ? Between(8000, 11000) : Between(300, 2500), ct);
                await ActAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }

        await Task.WhenAll(_mending);
    }

    private async Task ActAsync()
    {
        var choice = _random.Next(100);
        var replica = _random.Next(deployment.Replicas.Count);
        var agent = deployment.Agents[_random.Next(deployment.Agents.Count)];
        var pause = Between(200, 2000);
        var stop = Between(500, 9000);
        switch (OnlyReplicas ? 0 : choice)
        {
            case < 25:
                await KillAsync(deployment.Replicas[replica], pause, isReplica: true);
                break;
            case < 40:
                await StopAsync(deployment.Replicas[replica], stop);
                break;
            case < 58:
                await KillAsync(agent, pause);
                break;
            case < 70:
                await StopAsync(agent, Between(500, 14000));
                break;
            case < 76 when deployment.Redis is { } redis:
                await KillAsync(redis, Between(0, 800));
                break;
            case < 82 when deployment.Redis is { } redis:
                await StopAsync(redis, Between(200, 3000));
                break;
            case < 92 when deployment.Relays.Count > 0:
                note($"cut replica-{replica} from redis");
                Actions++;
                deployment.Relays[replica].Cut();
                break;
            default:
                if (deployment.Relays.Count > 0)
                {
                    Delay(deployment.Relays[replica], replica, Between(20, 400), Between(500, 5000));
                }

                break;
        }
    }

    private async Task KillAsync(ChildProcess process, TimeSpan pause, bool isReplica = false)
    {
        if (!Break(process))
        {
            return;
        }

        note($"kill {process.Name} for {pause.TotalSeconds:0.0} s");
        if (isReplica)
        {
            await Killing(process.Id);
            Kills++;
        }

        await process.KillAsync();
        Mend(process, pause, () =>
        {
            process.Start();
            return process == deployment.Redis ? deployment.RedisReadyAsync() : Task.CompletedTask;
        });
    }

    private async Task StopAsync(ChildProcess process, TimeSpan pause)
    {
        if (Break(process))
        {
            note($"stop {process.Name} for {pause.TotalSeconds:0.0} s");
            await process.PauseAsync();
            Mend(process, pause, process.ContinueAsync);
        }
    }

    private void Delay(Relay relay, int replica, TimeSpan delay, TimeSpan pause)
    {
        if (Break(relay))
        {
            note($"delay replica-{replica} to redis by {delay.TotalMilliseconds:0} ms for {pause.TotalSeconds:0.0} s");
            relay.Delay(delay);
            Mend(relay, pause, () =>
            {
                relay.Delay(TimeSpan.Zero);
                return Task.CompletedTask;
            });
        }
    }

    // Nothing is broken twice at a time; different things are.
    private bool Break(object thing)
    {
        lock (_gate)
        {
            var isFree = _broken.Add(thing);
            Actions += isFree ? 1 : 0;
            return isFree;
        }
    }

    private void Mend(object thing, TimeSpan after, Func<Task> mend) => _mending.Add(Task.Run(async () =>
    {
        await Task.Delay(after);
        await mend();
        lock (_gate)
        {
            _broken.Remove(thing);
        }
    }));

    private TimeSpan Between(int least, int most) => TimeSpan.FromMilliseconds(_random.Next(least, most));
}
