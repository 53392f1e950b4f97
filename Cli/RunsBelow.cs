using System.Collections.Concurrent;
using Grpc.Core;
using Protos.V1;

namespace Cli;

/// <summary>Watches the runs that are made for tasks of the run that is followed: what they ask of people must be seen.</summary>
internal sealed class RunsBelow(Session session, Action<RunEvent> show) : IAsyncDisposable
{
    // A foreach may make thousands; `agents approvals` lists the decisions of all of them.
    private const int Most = 32;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);
    private readonly CancellationTokenSource _done = new();
    private readonly ConcurrentDictionary<string, Task> _followed = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private int _open;

    /// <summary>Follows a run as soon as an event tells of it.</summary>
    public void See(RunEvent e)
    {
        if (e.SubRunStarted is not { } started)
        {
            return;
        }

        lock (_lock)
        {
            if (_open < Most && !_done.IsCancellationRequested && !_followed.ContainsKey(started.RunId))
            {
                _open++;
                _followed[started.RunId] = Task.Run(() => FollowAsync(started.RunId));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _done.Cancel();
        }

        await Task.WhenAll(_followed.Values);
        _done.Dispose();
    }

    private async Task FollowAsync(string runId)
    {
        var seen = 0L;
        for (var tries = 1; ; tries++)
        {
            try
            {
                await foreach (var e in RunFollower.FollowAsync(session, runId, seen, _done.Token, quiet: true))
                {
                    seen = e.Version;
                    show(e);
                    See(e);
                }

                break;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.NotFound && tries < 50 && !_done.IsCancellationRequested)
            {
                // It is told of before it is made.
                await Task.Delay(s_pause).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e) when (e is OperationCanceledException or RpcException)
            {
                break; // the run that is followed tells what became of it
            }
        }

        lock (_lock)
        {
            _open--;
        }
    }
}
