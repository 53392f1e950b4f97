using System.Runtime.CompilerServices;
using Grpc.Core;
using Protos.V1;

namespace Cli;

/// <summary>The events of a run as they are now.</summary>
internal static class RunHistory
{
    /// <summary>Every event up to a version; does not wait for more.</summary>
    public static async IAsyncEnumerable<RunEvent> ReadAsync(Session session, string runId, long version, [EnumeratorCancellation] CancellationToken ct)
    {
        if (version == 0)
        {
            yield break;
        }

        using var call = session.Client.WatchRun(new WatchRunRequest { RunId = runId }, cancellationToken: ct);
        await foreach (var response in call.ResponseStream.ReadAllAsync(ct))
        {
            yield return response.Event;
            if (response.Event.Version >= version)
            {
                yield break;
            }
        }
    }
}
