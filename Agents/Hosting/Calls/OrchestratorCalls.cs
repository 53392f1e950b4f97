using Google.Protobuf;
using Grpc.Core;
using Protos.V1;

namespace Agents.Hosting.Calls;

/// <summary>The calls by gRPC, each showing the attempt's credential.</summary>
internal sealed class OrchestratorCalls(OrchestratorLink link, TimeProvider time) : IOrchestratorCalls
{
    private const string CredentialEntry = "agents-attempt";
    private const int ChunkBytes = 256 * 1024;
    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(30);

    public async Task<DecideToolCallResponse> DecideToolCallAsync(AttemptCredential credential, DecideToolCallRequest request, CancellationToken cancellationToken) =>
        await new PolicyService.PolicyServiceClient(link.Calls).DecideToolCallAsync(request, Short(credential, cancellationToken));

    public async Task<ContextEntry?> GetEntryAsync(AttemptCredential credential, GetEntryRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return (await new ContextService.ContextServiceClient(link.Calls).GetEntryAsync(request, Short(credential, cancellationToken))).Entry;
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            return null;
        }
    }

    public async Task<long> PutEntryAsync(AttemptCredential credential, PutEntryRequest request, CancellationToken cancellationToken) =>
        (await new ContextService.ContextServiceClient(link.Calls).PutEntryAsync(request, Short(credential, cancellationToken))).Version;

    public async Task<IReadOnlyList<ContextEntry>> ListEntriesAsync(AttemptCredential credential, ListEntriesRequest request, CancellationToken cancellationToken) =>
        (await new ContextService.ContextServiceClient(link.Calls).ListEntriesAsync(request, Short(credential, cancellationToken))).Entries;

    public async Task<ArtifactRef> UploadAsync(AttemptCredential credential, ArtifactRef artifact, Stream content, CancellationToken cancellationToken)
    {
        using var call = new ArtifactService.ArtifactServiceClient(link.Calls).UploadArtifact(Long(credential, cancellationToken));
        try
        {
            await call.RequestStream.WriteAsync(new UploadArtifactRequest { Artifact = artifact }, cancellationToken);
            var buffer = new byte[ChunkBytes];
            int read;
            while ((read = await content.ReadAtLeastAsync(buffer, ChunkBytes, throwOnEndOfStream: false, cancellationToken)) > 0)
                await call.RequestStream.WriteAsync(new UploadArtifactRequest { Data = ByteString.CopyFrom(buffer, 0, read) }, cancellationToken);
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception exception) when (exception is InvalidOperationException or RpcException && !cancellationToken.IsCancellationRequested)
        {
            // The server has answered before the end: its status, below, says why.
        }

        return (await call).Artifact;
    }

    public async Task<ArtifactRef?> DownloadAsync(AttemptCredential credential, string id, Stream destination, CancellationToken cancellationToken)
    {
        using var call = new ArtifactService.ArtifactServiceClient(link.Calls).DownloadArtifact(new DownloadArtifactRequest { Id = id }, Long(credential, cancellationToken));
        ArtifactRef? artifact = null;
        try
        {
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                if (call.ResponseStream.Current.PartCase == DownloadArtifactResponse.PartOneofCase.Artifact)
                    artifact = call.ResponseStream.Current.Artifact;
                else
                    await destination.WriteAsync(call.ResponseStream.Current.Data.Memory, cancellationToken);
            }
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            return null;
        }

        return artifact ?? throw new RpcException(new Status(StatusCode.DataLoss, $"Artifact {id} came without its description."));
    }

    private CallOptions Short(AttemptCredential credential, CancellationToken cancellationToken) =>
        new(Headers(credential), (time.GetUtcNow() + CallTime).UtcDateTime, cancellationToken);

    private static CallOptions Long(AttemptCredential credential, CancellationToken cancellationToken) =>
        new(Headers(credential), deadline: null, cancellationToken);

    private static Metadata Headers(AttemptCredential credential) => new() { { CredentialEntry, Convert.ToBase64String(credential.ToByteArray()) } };
}
