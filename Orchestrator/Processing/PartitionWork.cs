using Orchestrator.Dispatch;
using Orchestrator.Runs;
using Orchestrator.Storage;

namespace Orchestrator.Processing;

/// <summary>What this replica does for one partition while it owns it: takes in what waits there, then what comes by the inbox.</summary>
internal sealed class PartitionWork
{
    private readonly RunHost _host;
    private readonly IRunStore _store;
    private readonly Dispatcher _dispatcher;
    private readonly WakeClock _wakes;
    private readonly OpenRuns _open;
    private readonly IPartitionTenant[] _tenants;
    private readonly PartitionLease _lease;
    private readonly ReplicaOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _ending;

    public PartitionWork(
        RunHost host, IRunStore store, Dispatcher dispatcher, WakeClock wakes, OpenRuns open, IPartitionTenant[] tenants, PartitionLease lease, ReplicaOptions options,
        TimeProvider time, ILogger logger, CancellationToken stopping)
    {
        (_host, _store, _dispatcher, _wakes, _open, _tenants, _lease, _options, _time, _logger) = (host, store, dispatcher, wakes, open, tenants, lease, options, time, logger);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var ct = _ending.Token;
        Taken = Task.Run(() => TakeOverAsync(ct), ct);
        Inbox = new PartitionInbox(host, store, lease, Taken, time, logger);
    }

    /// <summary>Ends when all that waits there is known.</summary>
    public Task Taken { get; }

    /// <summary>What other replicas ask.</summary>
    public PartitionInbox Inbox { get; }

    public async Task StopAsync()
    {
        await _ending.CancelAsync();
        await Inbox.StopAsync();
        await Taken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    // Repeated until it is known.
    private async Task TakeOverAsync(CancellationToken ct)
    {
        while (true)
        {
            try
            {
                var due = new List<string>();
                var theirs = _tenants.ToDictionary(tenant => tenant, _ => new List<(string, DateTimeOffset?)>());
                var now = _time.GetUtcNow();
                var open = 0;
                await foreach (var (logId, wakeAt) in _store.ReadOpenRunsAsync(_lease.Partition, ct))
                {
                    open++;
                    if (_host.TenantOf(logId) is { } tenant)
                    {
                        theirs[tenant].Add((logId, wakeAt));
                    }
                    else
                    {
                        _open.Found(logId);
                        if (wakeAt <= now)
                        {
                            due.Add(logId);
                        }
                        else
                        {
                            _wakes.Set(logId, wakeAt);
                        }
                    }
                }

                await foreach (var entry in _store.ReadQueueAsync(_lease.Partition, ct))
                {
                    if (entry.Role != RunLog.ApprovalRole)
                    {
                        _dispatcher.Offer(QueuedTask.From(entry));
                    }
                }

                await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct }, async (runId, token) =>
                {
                    try
                    {
                        if (await _host.FindOrCreateAsync(runId, isLikelyNew: false, token) is { } run)
                        {
                            run.Post(new RunInput.Tick());
                        }
                    }
                    catch (Exception e) when (e is not (OperationCanceledException or StoreUnavailableException or RunUnavailableException))
                    {
                        ProcessingLog.LoadFailed(_logger, runId, e);
                    }
                });
                foreach (var (tenant, logs) in theirs)
                {
                    await tenant.OnTakenAsync(_lease.Partition, logs, _lease, ct);
                }

                ProcessingLog.TookOver(_logger, _lease.Partition, open, due.Count);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                ProcessingLog.TakeOverFailed(_logger, _lease.Partition, e);
                await Task.Delay(_options.Renew, _time, ct);
            }
        }
    }
}
