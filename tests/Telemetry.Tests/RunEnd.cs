using Grpc.Core;
using Protos.V1;

namespace Telemetry.Tests;

internal static class RunEnd
{
    /// <summary>Waits for a run's end.</summary>
    /// <returns>Its last event.</returns>
    public static async Task<RunEvent.BodyOneofCase> OfAsync(OrchestratorService.OrchestratorServiceClient client, string runId, CancellationToken ct)
    {
        using var watch = client.WatchRun(new WatchRunRequest { RunId = runId }, cancellationToken: ct);
        var last = RunEvent.BodyOneofCase.None;
        await foreach (var response in watch.ResponseStream.ReadAllAsync(ct))
            last = response.Event.BodyCase;
        return last;
    }
}
