using Tests.Shared;

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
                await Task.Delay(OnlyReplicas ? Between(8000, 11000) : Between(300, 2000), ct);
                await ActAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }

        await Task.WhenAll(_mending);
    }

    private Task ActAsync()
    {
        var number = _random.Next(deployment.Replicas.Count);
        var replica = deployment.Replicas[number];
        var agent = deployment.Agents[_random.Next(deployment.Agents.Count)];
        (int Weight, Func<Task> Act)[] blows =
        [
            (25, () => KillAsync(replica, Between(200, 2000), isReplica: true)),
            (15, () => StopAsync(replica, Between(500, 9000))),
            (18, () => KillAsync(agent, Between(200, 2000))),
            (12, () => StopAsync(agent, Between(500, 14000))),
            .. deployment.Redis is not { } redis ? Array.Empty<(int, Func<Task>)>() :
            [
                (6, () => KillAsync(redis, Between(0, 800))),
                (6, () => StopAsync(redis, Between(200, 3000))),
                (10, () => Cut(deployment.Relays[number], number)),
                (8, () => Delay(deployment.Relays[number], number, Between(20, 400), Between(500, 5000))),
            ],
        ];
        if (OnlyReplicas)
        {
            return blows[0].Act();
        }

        var choice = _random.Next(blows.Sum(b => b.Weight));
        foreach (var (weight, act) in blows)
        {
            choice -= weight;
            if (choice < 0)
            {
                return act();
            }
        }

        throw new InvalidOperationException("The weights add up to more than their sum.");
    }

    private Task Cut(Relay relay, int replica)
    {
        note($"cut replica-{replica} from redis");
        Actions++;
        relay.Cut();
        return Task.CompletedTask;
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

    private Task Delay(Relay relay, int replica, TimeSpan delay, TimeSpan pause)
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

        return Task.CompletedTask;
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
