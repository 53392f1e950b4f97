using Orchestrator.Artifacts;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>The artifacts that a run's log refers to: they stay as long as the run does.</summary>
internal static class RunArtifacts
{
    /// <summary>Notes that a run refers to what its events carry; before they are stored.</summary>
    public static async ValueTask HoldAsync(IArtifactStore artifacts, string tenant, string runId, List<RunEvent> events, CancellationToken ct)
    {
        foreach (var e in events)
        {
            foreach (var reference in Of(e))
            {
                await artifacts.HoldAsync(tenant, reference, runId, ct);
            }
        }
    }

    /// <summary>The store's ids of what an event refers to.</summary>
    public static IEnumerable<string> Of(RunEvent e)
    {
        IEnumerable<ArtifactRef?> references = e.BodyCase switch
        {
            RunEvent.BodyOneofCase.TaskOutput when e.TaskOutput.OutputRef is not null || e.TaskOutput.Artifacts.Count > 0 => [e.TaskOutput.OutputRef, .. e.TaskOutput.Artifacts],
            RunEvent.BodyOneofCase.TaskAdopted => [e.TaskAdopted.OutputRef],
            RunEvent.BodyOneofCase.SubRunEnded => [e.SubRunEnded.OutputRef],
            RunEvent.BodyOneofCase.RunSubmitted => [e.RunSubmitted.Workspace?.Artifact],
            _ => [],
        };
        return references.OfType<ArtifactRef>().Select(reference => reference.Id.Replace("sha256:", ArtifactNames.Prefix, StringComparison.Ordinal)).Where(ArtifactNames.IsId);
    }
}
