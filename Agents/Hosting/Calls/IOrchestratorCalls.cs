using Protos.V1;

namespace Agents.Hosting.Calls;

/// <summary>What an attempt asks the orchestrator while it runs.</summary>
internal interface IOrchestratorCalls
{
    Task<DecideToolCallResponse> DecideToolCallAsync(AttemptCredential credential, DecideToolCallRequest request, CancellationToken cancellationToken);

    /// <summary>Null: no such entry.</summary>
    Task<ContextEntry?> GetEntryAsync(AttemptCredential credential, GetEntryRequest request, CancellationToken cancellationToken);

    Task<long> PutEntryAsync(AttemptCredential credential, PutEntryRequest request, CancellationToken cancellationToken);

    Task<IReadOnlyList<ContextEntry>> ListEntriesAsync(AttemptCredential credential, ListEntriesRequest request, CancellationToken cancellationToken);

    Task<ArtifactRef> UploadAsync(AttemptCredential credential, ArtifactRef artifact, Stream content, CancellationToken cancellationToken);

    /// <summary>Null: no such artifact for this tenant.</summary>
    Task<ArtifactRef?> DownloadAsync(AttemptCredential credential, string id, Stream destination, CancellationToken cancellationToken);
}
