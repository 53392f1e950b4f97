using System.Collections.Concurrent;
using System.Threading.Channels;
using Google.Protobuf;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>Reads the inbox of one partition that is ours, and answers what comes in.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "StopAsync disposes it")]
internal sealed class PartitionInbox
{
    private readonly ConcurrentDictionary<string, long> _busy = new(StringComparer.Ordinal);
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private readonly RunHost _host;
    private readonly IRunStore _store;
    private readonly PartitionLease _lease;
    private readonly Task _taken;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _reading;

    public PartitionInbox(RunHost host, IRunStore store, PartitionLease lease, Task taken, TimeProvider time, ILogger logger)
    {
        (_host, _store, _lease, _taken, _time, _logger) = (host, store, lease, taken, time, logger);
        _reading = Task.Run(ReadAsync);
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _reading;
        _stopping.Dispose();
    }

    /// <summary>What was read and is not answered, and for how long the oldest of it waits.</summary>
    public (int Waiting, TimeSpan Oldest) Backlog()
    {
        var since = _busy.Values;
        return since.Count == 0 ? default : (since.Count, _time.GetElapsedTime(since.Min()));
    }

    private async Task ReadAsync()
    {
        try
        {
            await using var watch = _store.WatchInbox(_lease.Partition, () => _wakes.Writer.TryWrite(true));
            while (await _wakes.Reader.WaitToReadAsync(_stopping.Token) && _wakes.Reader.TryRead(out _))
            {
                try
                {
                    foreach (var item in await _store.ReadInboxAsync(_lease.Partition, _stopping.Token))
                    {
                        if (_busy.TryAdd(item.Id, _time.GetTimestamp()))
                        {
                            _ = HandleAsync(item);
                        }
                    }
                }
                catch (StoreUnavailableException e)
                {
                    ProcessingLog.RenewFailed(_logger, e.Message);
                    await LookAgainAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped: the next owner reads on.
        }
    }

    private async Task HandleAsync(InboxItem item)
    {
        try
        {
            if (_host.TenantOf(item.RunId) is { } tenant)
            {
                await _taken.WaitAsync(_stopping.Token);
                await _store.AnswerInboxAsync(_lease, item.RunId, await tenant.OnInboxAsync(item, _lease, _stopping.Token), _stopping.Token);
                return;
            }

            var answer = await _host.ExecuteAsync(InboxCommand.Parser.ParseFrom(item.Data.Span), item.Id, _stopping.Token);
            if (!answer.Recorded)
            {
                await _store.AnswerInboxAsync(_lease, item.RunId, new InboxAnswer(item.Id, answer.ToByteArray()), _stopping.Token);
            }
        }
        catch (InvalidProtocolBufferException e)
        {
            ProcessingLog.InboxItemBroken(_logger, item.RunId, item.Id, e);
            ProcessingMeters.CommandBroke();
            var refusal = new CommandAnswer { Code = "INVALID_COMMAND", Message = e.Message };
            await _store.AnswerInboxAsync(_lease, item.RunId, new InboxAnswer(item.Id, refusal.ToByteArray()), CancellationToken.None);
        }
        catch (Exception e) when (e is OperationCanceledException or RunUnavailableException or LeaseLostException or ObjectDisposedException)
        {
            // The next owner, or the next look, finds it still there.
            await LookAgainAsync();
        }
        catch (Exception e)
        {
            ProcessingLog.InboxItemBroken(_logger, item.RunId, item.Id, e);
            ProcessingMeters.CommandBroke();
            await LookAgainAsync();
        }
        finally
        {
            _busy.TryRemove(item.Id, out _);
        }
    }

    private async Task LookAgainAsync()
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), _time, _stopping.Token);
            _wakes.Writer.TryWrite(true);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Stopped.
        }
    }
}
