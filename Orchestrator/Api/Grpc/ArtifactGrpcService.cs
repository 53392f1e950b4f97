using System.IO.Pipelines;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Orchestrator.Access;
using Orchestrator.Artifacts;
using Orchestrator.Dispatch;
using Orchestrator.Limits;
using Orchestrator.Processing;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Api.Grpc;

/// <summary>Artifacts in and out, in chunks. Agents show their attempt's credential; clients act for their tenant.</summary>
internal sealed class ArtifactGrpcService(IArtifactStore artifacts, ArtifactQuota quota, IOptions<LimitOptions> limits, AttemptCredentials credentials, IRunStore store) : ArtifactService.ArtifactServiceBase
{
    private const int ChunkBytes = 256 * 1024;
    private const int MaxChunkBytes = 1024 * 1024;

    [Needs(Permissions.ArtifactsWrite)]
    public override async Task<UploadArtifactResponse> UploadArtifact(IAsyncStreamReader<UploadArtifactRequest> requestStream, ServerCallContext context)
    {
        var tenant = await TenantAsync(context);
        using var counted = quota.Upload(tenant);
        if (!await requestStream.MoveNext(context.CancellationToken) || requestStream.Current.Artifact is not { } described)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_ARGUMENT", "artifact: the first message must describe the artifact.", "artifact");
        }

        Check(described);
        var stored = await StoreAsync(requestStream, tenant, described, context.CancellationToken);
        if (described.Size > 0 && described.Size != stored.Size)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_INPUT", $"artifact.size is {described.Size}; {stored.Size} bytes came.", "artifact.size");
        }

        return new UploadArtifactResponse
        {
            Artifact = new ArtifactRef { Id = ArtifactIds.ToWire(stored.Id), Name = described.Name, MediaType = stored.MediaType, Size = stored.Size },
        };
    }

    [Needs(Permissions.ArtifactsRead)]
    public override async Task<GetArtifactResponse> GetArtifact(GetArtifactRequest request, ServerCallContext context)
    {
        var info = await artifacts.RenewAsync(await TenantAsync(context), ArtifactIds.ToStore(request.Id, "id"), context.CancellationToken) ?? throw Unknown(request.Id);
        return new GetArtifactResponse { Artifact = Reference(info) };
    }

    [Needs(Permissions.ArtifactsRead)]
    public override async Task DownloadArtifact(
        DownloadArtifactRequest request, IServerStreamWriter<DownloadArtifactResponse> responseStream, ServerCallContext context)
    {
        var tenant = await TenantAsync(context);
        var id = ArtifactIds.ToStore(request.Id, "id");
        var info = await artifacts.GetAsync(tenant, id, context.CancellationToken);
        var content = info is null ? null : await artifacts.OpenAsync(tenant, id, context.CancellationToken);
        if (content is null)
        {
            throw Unknown(request.Id);
        }

        await using (content)
        {
            await responseStream.WriteAsync(
                new DownloadArtifactResponse { Artifact = Reference(info!) }, context.CancellationToken);
            var buffer = new byte[ChunkBytes];
            int read;
            while ((read = await content.ReadAsync(buffer, context.CancellationToken)) > 0)
            {
                await responseStream.WriteAsync(new DownloadArtifactResponse { Data = ByteString.CopyFrom(buffer, 0, read) }, context.CancellationToken);
            }
        }
    }

    private async Task<ArtifactInfo> StoreAsync(IAsyncStreamReader<UploadArtifactRequest> parts, string tenant, ArtifactRef described, CancellationToken ct)
    {
        var expected = described.Id.Length > 0 ? ArtifactIds.ToStore(described.Id, "artifact.id") : null;
        var mediaType = described.MediaType.Length > 0 ? described.MediaType : "application/octet-stream";
        var pipe = new Pipe();
        using var refused = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var receiving = ReceiveAsync(parts, pipe.Writer, refused.Token);
        try
        {
            return await quota.StoreAsync(tenant, pipe.Reader.AsStream(), mediaType, expected, ct);
        }
        finally
        {
            // Nobody may read from a request that was answered: the server gives its stream to the next one.
            await pipe.Reader.CompleteAsync();
            await refused.CancelAsync();
            await receiving;
        }
    }

    private static ArtifactRef Reference(ArtifactInfo info) => new() { Id = ArtifactIds.ToWire(info.Id), MediaType = info.MediaType, Size = info.Size };

    private static RequestRefusedException Unknown(string id) => new(StatusCode.NotFound, "UNKNOWN_ARTIFACT", $"id: there is no artifact '{id}'.", "id");

    private void Check(ArtifactRef described)
    {
        try
        {
            if (described.MediaType.Length > 0)
            {
                ArtifactNames.CheckMediaType(described.MediaType);
            }
        }
        catch (ArgumentException e)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_INPUT", $"artifact.media_type: {e.Message}", "artifact.media_type");
        }

        if (described.Size < 0 || described.Size > limits.Value.UploadBytes)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_INPUT", $"artifact.size is {described.Size}; it must be 0 to {limits.Value.UploadBytes} (Limits:UploadBytes).", "artifact.size");
        }

        if (described.Name.Length > 500)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_INPUT", $"artifact.name has {described.Name.Length} characters; at most 500 are allowed.", "artifact.name");
        }
    }

    private static async Task ReceiveAsync(IAsyncStreamReader<UploadArtifactRequest> parts, PipeWriter into, CancellationToken ct)
    {
        Exception? failure = null;
        try
        {
            while (await parts.MoveNext(ct))
            {
                var data = parts.Current.Data;
                if (data.Length > MaxChunkBytes)
                {
                    throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_ARGUMENT", $"data: {data.Length} bytes; at most {MaxChunkBytes} are allowed in a message.", "data");
                }

                if ((await into.WriteAsync(data.Memory, ct)).IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception e)
        {
            failure = e; // the reader of the pipe throws it
        }

        await into.CompleteAsync(failure);
    }

    // An attempt belongs to its run's tenant. Any replica is asked, and not only the owner knows it.
    private async Task<string> TenantAsync(ServerCallContext context)
    {
        if (credentials.Find(context) is not { } credential)
        {
            var caller = Callers.IdentityOf(context.GetHttpContext());
            return caller.Key?.Roles.Contains(Roles.Agent) != true
                ? caller.Caller.Tenant
                : throw new RpcException(new Status(StatusCode.Unauthenticated, $"Metadata '{AttemptCredentials.MetadataKey}' is missing: an agent has artifacts of its attempts only."));
        }

        return await store.GetIndexAsync(credential.RunId, context.CancellationToken) is { Open: true } run
            ? run.Tenant
            : throw new RequestRefusedException(StatusCode.FailedPrecondition, "RUN_ENDED", $"Run '{credential.RunId}' has ended.");
    }
}
