using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Orchestrator.Artifacts;
using Orchestrator.Audit;
using Orchestrator.Dispatch;
using Orchestrator.Limits;
using Orchestrator.Runs;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>
/// Works on the runs of the partitions that this replica owns. A run has a processor in memory while something of it is
/// in flight or an input came a moment ago; what waits for an instance is in the <see cref="Dispatcher"/>, what waits for
/// a time in the <see cref="WakeClock"/>, and what waits for a person only in the store.
/// </summary>
internal sealed class RunHost : BackgroundService, IHealthCheck, IRunMailbox
{
    private readonly ConcurrentDictionary<string, ProcessorSlot> _processors = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, PartitionWork> _work = new();
    private readonly Wakes _membersChanged;
    private readonly CancellationTokenSource _stopping = new();
    private readonly IRunStore _store;
    private readonly ReplicaOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<RunHost> _logger;
    private readonly AuditHeads _heads;
    private readonly OpenRuns _open;
    private readonly Lazy<RunServices> _services;
    private readonly PartitionLeases _leases;
    private readonly WakeClock _wakes;
    private readonly RunReader _reader;
    private readonly Lazy<IPartitionTenant[]> _tenants;

    public RunHost(
        IRunStore store, RunReader reader, Replica replica, Dispatcher dispatcher, AgentRegistry registry, AttemptCredentials credentials,
        IArtifactStore artifacts, IOptions<DispatchOptions> options, IOptions<ReplicaOptions> replicas, IServiceProvider provider, TimeProvider time, ILogger<RunHost> logger)
    {
        (_store, _reader, _options, _time, _logger) = (store, reader, replicas.Value, time, logger);
        _membersChanged = new Wakes(time);
        _wakes = new WakeClock(time, runId => Post(runId, new RunInput.Tick()));
        _leases = new PartitionLeases(store, replica, _options, logger) { Gained = lease => _work[lease.Partition] = NewWork(lease), Lost = OnLostAsync };
        _tenants = new Lazy<IPartitionTenant[]>(() => [.. provider.GetServices<IPartitionTenant>()]);
        _heads = provider.GetRequiredService<AuditHeads>();
        _open = provider.GetRequiredService<OpenRuns>();
        _services = new Lazy<RunServices>(() => new RunServices(dispatcher, registry, store, credentials, artifacts, options.Value, time, logger, OnEnded)
        {
            Mailbox = this,
            Wakes = _wakes,
            Recent = provider.GetRequiredService<RecentEvents>(),
            Tenants = provider.GetRequiredService<TenantBudgets>(),
            Quota = provider.GetRequiredService<ArtifactQuota>(),
            SubRuns = provider.GetRequiredService<SubRuns>(),
        });
        dispatcher.Mailbox = this;
    }

    /// <summary>Whether this replica has its share of the partitions and has taken in what waits there.</summary>
    public bool IsReady => _leases.Target >= 0 && _leases.Held.Count >= _leases.Target && _work.Values.All(work => work.Taken.IsCompletedSuccessfully);

    /// <summary>Runs with a processor in memory.</summary>
    public int Loaded => _processors.Count;

    /// <summary>Partitions that this replica has.</summary>
    public int Owned => _leases.Held.Count;

    /// <summary>Commands that came by inboxes and were not answered, and for how long the oldest waits.</summary>
    public (int Waiting, TimeSpan Oldest) Inbox()
    {
        var inboxes = _work.Values.Select(work => work.Inbox.Backlog()).ToList();
        return (inboxes.Sum(inbox => inbox.Waiting), inboxes.Select(inbox => inbox.Oldest).DefaultIfEmpty().Max());
    }

    /// <summary>When a run is woken here; null: it is not.</summary>
    public DateTimeOffset? WakeOf(string runId) => _wakes.Of(runId);

    /// <summary>What appends to a log are made under; null: it is not ours.</summary>
    public PartitionLease? LeaseOf(string logId) => _leases.Of(Partitions.Of(logId, _store.PartitionCount));

    /// <summary>Whether a partition is ours.</summary>
    public bool OwnsPartition(int partition) => _leases.Of(partition) is not null;

    /// <summary>Who keeps a log that is not a run; null: it is a run.</summary>
    public IPartitionTenant? TenantOf(string logId) => Array.Find(_tenants.Value, tenant => tenant.Owns(logId));

    /// <summary>The processor of an open run, loaded when it is not in memory; null when the run has ended or does not exist.</summary>
    /// <exception cref="RunUnavailableException">Its partition is not ours now.</exception>
    public async Task<RunProcessor?> FindAsync(string runId, CancellationToken ct)
    {
        if (!_processors.TryGetValue(runId, out var known))
        {
            if (LeaseOf(runId) is null)
            {
                throw new RunUnavailableException(runId);
            }

            if (await _store.GetIndexAsync(runId, ct) is not { Open: true })
            {
                return null;
            }

            known = Open(runId);
        }

        return await known.OpenAsync().WaitAsync(ct);
    }

    /// <summary>The processor of a run if it is in memory.</summary>
    public RunProcessor? InMemory(string runId) =>
        _processors.TryGetValue(runId, out var known) ? known.Ready : null;

    /// <summary>The processor of a run, which may be new; null when the run has ended.</summary>
    /// <param name="isLikelyNew">Does not look into the store: should the run be there, its first append is refused, and it must be opened again.</param>
    /// <exception cref="RunUnavailableException">Its partition is not ours now.</exception>
    public async Task<RunProcessor?> FindOrCreateAsync(string runId, bool isLikelyNew, CancellationToken ct) => await Open(runId, isLikelyNew).OpenAsync().WaitAsync(ct);

    /// <inheritdoc/>
    public void Post(string runId, RunInput input, Action? refused = null)
    {
        if (InMemory(runId)?.Post(input, refused) != true)
        {
            _ = PostAsync(runId, input, refused);
        }
    }

    /// <summary>Carries out a command as the owner of the run.</summary>
    /// <param name="itemId">The inbox item that it came by; null: none.</param>
    /// <exception cref="RunUnavailableException">The partition is not ours now.</exception>
    public Task<CommandAnswer> ExecuteAsync(InboxCommand command, string? itemId, CancellationToken ct) =>
        OwnedCommands.ExecuteAsync(this, _store, _services.Value.Artifacts, command, itemId, ct);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var store = await _store.CheckAsync(cancellationToken);
        return !store.Ok ? HealthCheckResult.Unhealthy($"store: {store.Message}")
            : IsReady ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"{_leases.Held.Count} of {Math.Max(0, _leases.Target)} partitions are owned");
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _wakes.Dispose();
        _stopping.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var watch = _store.WatchMembers("replicas", _membersChanged.Wake);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await TickAsync(stoppingToken);
                await _membersChanged.WaitAsync(_options.Renew, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stops below.
        }

        await _stopping.CancelAsync();
        await _leases.StopAsync();
        await Task.WhenAll(_processors.Values.ToList().Select(StopAsync));
    }

    private async Task TickAsync(CancellationToken ct)
    {
        try
        {
            await _leases.TickAsync(ct);
        }
        catch (StoreUnavailableException e)
        {
            ProcessingLog.RenewFailed(_logger, e.Message);
        }

        foreach (var (_, slot) in _processors)
        {
            slot.Ready?.StopIfIdle(_options.Idle);
        }
    }

    private PartitionWork NewWork(PartitionLease lease) => new(this, _store, _services.Value.Dispatcher, _wakes, _open, _tenants.Value, lease, _options, _time, _logger, _stopping.Token);

    private async Task OnLostAsync(int partition)
    {
        bool IsThere(string logId) => Partitions.Of(logId, _store.PartitionCount) == partition;
        if (_work.TryRemove(partition, out var work))
        {
            await work.StopAsync();
        }

        _wakes.Forget(IsThere);
        _open.Forget(IsThere);
        foreach (var tenant in _tenants.Value)
        {
            tenant.OnLost(partition);
        }

        await Task.WhenAll(_processors.Where(pair => IsThere(pair.Key)).Select(pair => StopAsync(pair.Value)).ToList());
        _services.Value.Dispatcher.WithdrawAll(IsThere);
    }

    private async Task PostAsync(string runId, RunInput input, Action? refused)
    {
        try
        {
            while (true)
            {
                try
                {
                    if (await FindAsync(runId, _stopping.Token) is not { } run)
                    {
                        break;
                    }

                    if (run.Post(input, refused))
                    {
                        return;
                    }

                    await run.Completion.WaitAsync(_stopping.Token);
                }
                catch (StoreUnavailableException)
                {
                    await Task.Delay(_options.Renew, _time, _stopping.Token);
                }
            }
        }
        catch (Exception e) when (e is RunUnavailableException or OperationCanceledException)
        {
            // Its next owner reads the queue.
        }
        catch (Exception e)
        {
            ProcessingLog.LoadFailed(_logger, runId, e);
        }

        refused?.Invoke();
    }

    private ProcessorSlot Open(string runId, bool isLikelyNew = false) =>
        _processors.GetOrAdd(runId, static (id, args) => new ProcessorSlot(() => args.Host.CreateAsync(id, args.IsNew)), (Host: this, IsNew: isLikelyNew));

    private async Task<RunProcessor?> CreateAsync(string runId, bool isLikelyNew)
    {
        try
        {
            var lease = LeaseOf(runId) ?? throw new RunUnavailableException(runId);
            var log = new RunLog(runId, _store, _time, _logger, _heads, _open);
            var state = isLikelyNew ? new RunState() : await log.LoadAsync(CancellationToken.None);
            if (state.Status.IsTerminal())
            {
                _processors.TryRemove(runId, out _);
                return null;
            }

            var processor = new RunProcessor(runId, lease, state, log, _services.Value);
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
        if (_processors.TryGetValue(processor.RunId, out var slot) && (slot.Ready is null || slot.Ready == processor))
        {
            _processors.TryRemove(new(processor.RunId, slot));
        }

        if (processor.EndState is { } state)
        {
            _reader.Put(state);
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
            await Task.Delay(_options.Renew, _time, _stopping.Token);
            await Open(runId).OpenAsync();
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

    private static async Task StopAsync(ProcessorSlot slot)
    {
        try
        {
            if (await slot.OpenAsync() is { } processor)
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
