using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Orchestrator.Artifacts;
using Orchestrator.Context;
using Orchestrator.Dispatch;
using Orchestrator.Runs;
using Orchestrator.Storage;

namespace Orchestrator.Processing;

/// <summary>Owns partitions by their leases, and has a processor for every open run in them.</summary>
internal sealed class RunHost : BackgroundService, IHealthCheck, IRunMailbox
{
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Lazy<Task<RunProcessor?>>> _processors = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, PartitionLease> _leases = new();
    private readonly string _owner = $"{Environment.MachineName}/{Environment.ProcessId}";
    private readonly IRunStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<RunHost> _logger;
    private readonly RunServices _services;
    private readonly CancellationTokenSource _stopping = new();

    public RunHost(
        IRunStore store, Dispatcher dispatcher, AgentRegistry registry, StagedContext staged, AttemptCredentials credentials,
        IArtifactStore artifacts, IOptions<DispatchOptions> options, TimeProvider time, ILogger<RunHost> logger)
    {
        _store = store;
        _time = time;
        _logger = logger;
        dispatcher.Mailbox = this;
        _services = new RunServices(dispatcher, registry, staged, credentials, artifacts, options.Value, time, logger, OnEnded);
    }

    /// <summary>Whether every partition has an owner here.</summary>
    public bool IsReady => _leases.Count == _store.PartitionCount;

    /// <summary>The processor of an open run; null when the run has ended or does not exist.</summary>
    /// <exception cref="RunUnavailableException">Its partition is not ours now.</exception>
    public async Task<RunProcessor?> FindAsync(string runId, CancellationToken ct)
    {
        if (!_processors.TryGetValue(runId, out var known))
        {
            if (await _store.GetIndexAsync(runId, ct) is not { Open: true })
            {
                return null;
            }

            known = Open(runId);
        }

        return await known.Value.WaitAsync(ct);
    }

    /// <summary>The processor of a run, which may be new.</summary>
    /// <exception cref="RunUnavailableException">Its partition is not ours now.</exception>
    public async Task<RunProcessor?> FindOrCreateAsync(string runId, CancellationToken ct) => await Open(runId).Value.WaitAsync(ct);

    /// <inheritdoc/>
    public void Post(string runId, RunInput input, Action? refused = null) => _ = PostAsync(runId, input, refused);

    /// <summary>The state of a run that has no processor, from its log.</summary>
    /// <returns>Null: there is no such run.</returns>
    public async Task<RunState?> LoadAsync(string runId, CancellationToken ct)
    {
        var state = await new RunLog(runId, _store, _time, _logger).LoadAsync(ct);
        return state.Version == 0 ? null : state;
    }

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var store = await _store.CheckAsync(cancellationToken);
        return !store.Ok ? HealthCheckResult.Unhealthy($"store: {store.Message}")
            : IsReady ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"{_leases.Count} of {_store.PartitionCount} partitions are owned");
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(RenewEvery, _time);
            do
            {
                await HoldAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stops below.
        }

        await _stopping.CancelAsync();
        await Task.WhenAll(_processors.Values.ToList().Select(StopAsync));
        foreach (var lease in _leases.Values)
        {
            try
            {
                await _store.ReleaseAsync(lease, CancellationToken.None);
            }
            catch (StoreUnavailableException e)
            {
                ProcessingLog.RenewFailed(_logger, e.Message);
            }
        }
    }

    private async Task HoldAsync(CancellationToken ct)
    {
        var gained = new List<int>();
        try
        {
            for (var partition = 0; partition < _store.PartitionCount; partition++)
            {
                if (_leases.TryGetValue(partition, out var lease))
                {
                    if (!await _store.RenewAsync(lease, LeaseTime, ct))
                    {
                        ProcessingLog.PartitionLost(_logger, partition);
                        _leases.TryRemove(partition, out _);
                        await DropAsync(partition);
                    }
                }
                else if (await _store.AcquireAsync(partition, _owner, LeaseTime, ct) is { } acquired)
                {
                    _leases[partition] = acquired;
                    gained.Add(partition);
                }
            }

            if (gained.Count > 0)
            {
                await TakeOverAsync(gained, ct);
            }
        }
        catch (StoreUnavailableException e)
        {
            ProcessingLog.RenewFailed(_logger, e.Message);
        }
    }

    private async Task TakeOverAsync(List<int> partitions, CancellationToken ct)
    {
        var runs = new List<string>();
        foreach (var partition in partitions)
        {
            await foreach (var (runId, _) in _store.ReadOpenRunsAsync(partition, ct))
            {
                runs.Add(runId);
            }
        }

        await Parallel.ForEachAsync(runs, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct }, async (runId, token) =>
        {
            try
            {
                await Open(runId).Value.WaitAsync(token);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                ProcessingLog.LoadFailed(_logger, runId, e);
            }
        });
        ProcessingLog.TookOver(_logger, partitions.Count, runs.Count);
    }

    private async Task PostAsync(string runId, RunInput input, Action? refused)
    {
        try
        {
            if (await FindAsync(runId, _stopping.Token) is { } run)
            {
                run.Post(input, refused);
                return;
            }
        }
        catch (Exception e) when (e is RunUnavailableException or StoreUnavailableException or OperationCanceledException)
        {
            // Its next owner reads the queue.
        }

        refused?.Invoke();
    }

    private Lazy<Task<RunProcessor?>> Open(string runId) =>
        _processors.GetOrAdd(runId, id => new Lazy<Task<RunProcessor?>>(() => CreateAsync(id)));

    private async Task<RunProcessor?> CreateAsync(string runId)
    {
        try
        {
            if (!_leases.TryGetValue(Partitions.Of(runId, _store.PartitionCount), out var lease))
            {
                throw new RunUnavailableException(runId);
            }

            var log = new RunLog(runId, _store, _time, _logger);
            var state = await log.LoadAsync(CancellationToken.None);
            if (state.Status.IsTerminal())
            {
                _processors.TryRemove(runId, out _);
                return null;
            }

            var processor = new RunProcessor(runId, lease, state, log, _services);
            processor.Start(recovering: state.Version > 0);
            return processor;
        }
        catch
        {
            _processors.TryRemove(runId, out _);
            throw;
        }
    }

    private void OnEnded(RunProcessor processor)
    {
        if (_processors.TryGetValue(processor.RunId, out var lazy) && lazy.IsValueCreated)
        {
            ((ICollection<KeyValuePair<string, Lazy<Task<RunProcessor?>>>>)_processors).Remove(new(processor.RunId, lazy));
        }

        if (processor.Broke && !_stopping.IsCancellationRequested)
        {
            _ = ReopenAsync(processor.RunId);
        }
    }

    // After a pause, so that a run that cannot be worked on does not keep a core busy.
    private async Task ReopenAsync(string runId)
    {
        try
        {
            await Task.Delay(RenewEvery, _time, _stopping.Token);
            await Open(runId).Value;
        }
        catch (Exception e) when (e is RunUnavailableException or StoreUnavailableException or OperationCanceledException)
        {
            // The partition's owner, or the next request, loads it.
        }
        catch (Exception e)
        {
            ProcessingLog.LoadFailed(_logger, runId, e);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _stopping.Dispose();
        base.Dispose();
    }

    private Task DropAsync(int partition) => Task.WhenAll(_processors
        .Where(pair => Partitions.Of(pair.Key, _store.PartitionCount) == partition).Select(pair => StopAsync(pair.Value)).ToList());

    private static async Task StopAsync(Lazy<Task<RunProcessor?>> lazy)
    {
        try
        {
            if (await lazy.Value is { } processor)
            {
                await processor.StopAsync();
            }
        }
        catch (Exception e) when (e is RunUnavailableException or StoreUnavailableException)
        {
            // It was never ours.
        }
    }
}
