using Microsoft.Extensions.Options;
using Orchestrator.Artifacts;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>Deletes runs that ended long ago, and artifacts that nobody refers to any more.</summary>
internal sealed class Retention(
    RunHost host, RunCommands commands, IRunStore store, IArtifactStore artifacts, IOptions<ReplicaOptions> options, TimeProvider time, ILogger<Retention> logger)
    : BackgroundService
{
    private const int Page = 200;

    /// <summary>Goes through what this replica owns, once.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        var before = time.GetUtcNow() - TimeSpan.FromDays(options.Value.RetentionDays);
        var deleted = 0;
        foreach (var partition in Enumerable.Range(0, store.PartitionCount).Where(host.OwnsPartition))
        {
            IReadOnlyList<string> ended;
            do
            {
                ended = await store.ReadEndedRunsAsync(partition, before, Page, ct);
                foreach (var runId in ended.Where(id => host.TenantOf(id) is null))
                {
                    await commands.SendAsync(new InboxCommand { RunId = runId, Delete = new DeleteCommand() }, ct);
                    deleted++;
                }
            }
            while (ended.Count == Page && host.OwnsPartition(partition));
        }

        if (deleted > 0)
        {
            ProcessingLog.RunsDeleted(logger, deleted, options.Value.RetentionDays);
        }

        if (host.OwnsPartition(0))
        {
            await artifacts.SweepAsync(before, async (runId, token) => await store.GetVersionAsync(runId, token) > 0, ct);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.RetentionDays <= 0)
        {
            return;
        }

        var period = TimeSpan.FromSeconds(Math.Clamp(options.Value.RetentionDays * 86400 / 10, 0.1, 60));
        using var timer = new PeriodicTimer(period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await SweepAsync(stoppingToken);
                }
                catch (Exception e) when (e is StoreUnavailableException or LeaseLostException or RunUnavailableException or IOException)
                {
                    ProcessingLog.RenewFailed(logger, e.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stops.
        }
    }
}
