using System.Runtime.CompilerServices;
using Grpc.Core;
using Protos.V1;

namespace Cli;

/// <summary>Reads a run's events to their end, also across restarts of the server.</summary>
internal static class RunFollower
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Every event once and in order. The loss of the server and its return are said once each; so call it only for a run
    /// that the server has just told of: one that was never there would be waited for too.
    /// </summary>
    /// <param name="session">Whom to ask.</param>
    /// <param name="runId">The run.</param>
    /// <param name="after">The version of the last event that is known already.</param>
    /// <param name="ct">Ends the following.</param>
    /// <param name="quiet">Says nothing of losses.</param>
    /// <exception cref="RpcException">The server refuses, or stays away for longer than two minutes.</exception>
    public static async IAsyncEnumerable<RunEvent> FollowAsync(
        Session session, string runId, long after, [EnumeratorCancellation] CancellationToken ct, bool quiet = false)
    {
        var seen = after;
        var since = TimeProvider.System.GetTimestamp();
        var pause = s_firstPause;
        var lost = false;
        while (true)
        {
            using var call = session.Client.WatchRun(new WatchRunRequest { RunId = runId, AfterVersion = seen }, cancellationToken: ct);
            while (true)
            {
                bool more;
                try
                {
                    more = await call.ResponseStream.MoveNext(ct);
                }
                catch (RpcException e) when (IsLoss(e.StatusCode) && !ct.IsCancellationRequested)
                {
                    if (TimeProvider.System.GetElapsedTime(since) > s_patience)
                    {
                        throw;
                    }

                    if (!lost && !quiet)
                    {
                        await session.Error.WriteLineAsync($"The connection to {session.Server} is lost; waiting for the server to come back …");
                        lost = true;
                    }

                    break;
                }

                if (lost)
                {
                    await session.Error.WriteLineAsync("The server is back.");
                    lost = false;
                }

                if (!more)
                {
                    yield break;
                }

                since = TimeProvider.System.GetTimestamp();
                pause = s_firstPause;
                seen = call.ResponseStream.Current.Event.Version;
                yield return call.ResponseStream.Current.Event;
            }

            await Task.Delay(pause, ct);
            pause = pause < s_longestPause ? pause * 2 : pause;
        }
    }

    // A server that stops in the middle ends its streams in any of these ways.
    private static bool IsLoss(StatusCode status) => status is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled or StatusCode.Unknown;
}
