using System.Runtime.CompilerServices;
using Grpc.Core;
using Protos.V1;

namespace Cli;

/// <summary>Reads a run's events to their end, also across restarts of the server.</summary>
internal static class RunFollower
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static async IAsyncEnumerable<RunEvent> FollowAsync(
        Session session, string runId, long after, [EnumeratorCancellation] CancellationToken ct)
    {
        var seen = after;
        var patience = TimeProvider.System.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(100);
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
                catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Internal && !ct.IsCancellationRequested)
                {
                    if (TimeProvider.System.GetElapsedTime(patience) > s_patience)
                    {
                        throw;
                    }

                    if (!lost)
                    {
                        await session.Error.WriteLineAsync($"The connection to {session.Server} is lost; waiting for the server to come back …");
                        lost = true;
                    }

                    break;
                }

                if (!more)
                {
                    yield break;
                }

                if (lost)
                {
                    await session.Error.WriteLineAsync("The server is back.");
                    lost = false;
                }

                patience = TimeProvider.System.GetTimestamp();
                pause = TimeSpan.FromMilliseconds(100);
                seen = call.ResponseStream.Current.Event.Version;
                yield return call.ResponseStream.Current.Event;
            }

            await Task.Delay(pause, ct);
            pause = pause < TimeSpan.FromSeconds(2) ? pause * 2 : pause;
        }
    }
}
