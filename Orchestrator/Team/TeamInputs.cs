using System.IO.Pipelines;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Artifacts;
using Orchestrator.Contracts;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Team;

/// <summary>What a master's task refers to in the master's artifacts, brought here under the same ids.</summary>
internal sealed class TeamInputs(MasterLink master, IArtifactStore artifacts)
{
    private const long MaxBytes = 4L * 1024 * 1024 * 1024;

    /// <summary>Brings what an input refers to, and puts it in the place of the references.</summary>
    public async Task<Struct> FetchAsync(AttemptCredential attempt, Struct data, string tenant, CancellationToken ct)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        Collect(Value.ForStruct(data), ids);
        foreach (var id in ids)
            await FetchAsync(attempt, new ArtifactRef { Id = id }, tenant, ct);
        return ids.Count == 0 ? data : (await ArtifactValues.ResolveAsync(Value.ForStruct(data), artifacts, tenant, ct)).StructValue;
    }

    /// <summary>Brings one artifact, unless it is here.</summary>
    public async Task FetchAsync(AttemptCredential attempt, ArtifactRef artifact, string tenant, CancellationToken ct)
    {
        var id = ArtifactIds.ToStore(artifact.Id, "workspace.artifact.id");
        if (await artifacts.GetAsync(tenant, id, ct) is not null)
            return;
        var headers = new Metadata { { "agents-attempt", Convert.ToBase64String(attempt.ToByteArray()) } };
        using var call = new ArtifactService.ArtifactServiceClient(master.Calls).DownloadArtifact(new DownloadArtifactRequest { Id = ArtifactIds.ToWire(id) }, headers, cancellationToken: ct);
        var pipe = new Pipe();
        var storing = artifacts.PutAsync(tenant, pipe.Reader.AsStream(), artifact.MediaType.Length > 0 ? artifact.MediaType : "application/octet-stream", MaxBytes, ct, id);
        _ = CloseAsync(storing, pipe.Reader);
        Exception? broke = null;
        try
        {
            while (await call.ResponseStream.MoveNext(ct))
            {
                if (call.ResponseStream.Current.PartCase == DownloadArtifactResponse.PartOneofCase.Data)
                    await pipe.Writer.WriteAsync(call.ResponseStream.Current.Data.Memory, ct);
            }
        }
        catch (Exception e)
        {
            broke = e;
            throw;
        }
        finally
        {
            // Half of it must not pass for the whole.
            await pipe.Writer.CompleteAsync(broke);
        }

        await storing;
    }

    // Where storing fails early, nobody reads any more, and writing must not wait for somebody who does.
    private static async Task CloseAsync(Task storing, PipeReader reader)
    {
        await storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await reader.CompleteAsync();
    }

    private static void Collect(Value value, HashSet<string> ids)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.StructValue when Values.Text(value.StructValue, "$artifact") is { Length: > 0 } id:
                ids.Add(id);
                break;
            case Value.KindOneofCase.StructValue:
                foreach (var field in value.StructValue.Fields.Values)
                    Collect(field, ids);
                break;
            case Value.KindOneofCase.ListValue:
                foreach (var item in value.ListValue.Values)
                    Collect(item, ids);
                break;
        }
    }
}
