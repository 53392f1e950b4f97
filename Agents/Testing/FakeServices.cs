using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Protos.V1;

namespace Agents.Testing;

internal sealed class FakeRegistry(FakeState state) : RegistryService.RegistryServiceBase
{
    public override async Task Join(IAsyncStreamReader<JoinRequest> requestStream, IServerStreamWriter<JoinResponse> responseStream, ServerCallContext context)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, state.JoinsStopped);
        try
        {
            while (await requestStream.MoveNext(ended.Token))
            {
                state.Messages.Enqueue(requestStream.Current);
                if (requestStream.Current.Registration is not { } registration)
                    continue;

                state.Registrations.Enqueue(registration);
                if (state.RefuseJoin is { } refusal)
                    throw new RpcException(refusal);
                await responseStream.WriteAsync(new JoinResponse
                {
                    Registered = new Registered
                    {
                        InstanceId = $"instance-{state.Registrations.Count}",
                        HeartbeatInterval = Duration.FromTimeSpan(state.HeartbeatInterval),
                        LivenessWindow = Duration.FromTimeSpan(TimeSpan.FromSeconds(5)),
                    },
                });
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The agent, or this orchestrator, is gone.
        }
    }
}

internal sealed class FakePolicy(FakeState state) : PolicyService.PolicyServiceBase
{
    public override Task<DecideToolCallResponse> DecideToolCall(DecideToolCallRequest request, ServerCallContext context)
    {
        state.SawCredential(context);
        state.Decisions.Enqueue(request);
        return Task.FromResult(state.Policy(request));
    }
}

internal sealed class FakeContext(FakeState state) : ContextService.ContextServiceBase
{
    public override Task<GetEntryResponse> GetEntry(GetEntryRequest request, ServerCallContext context)
    {
        state.SawCredential(context);
        return state.Entries.TryGetValue(request.Key, out var entry)
            ? Task.FromResult(new GetEntryResponse { Entry = entry })
            : throw new RpcException(new Status(StatusCode.NotFound, $"No entry {request.Key}."));
    }

    public override Task<PutEntryResponse> PutEntry(PutEntryRequest request, ServerCallContext context)
    {
        state.SawCredential(context);
        var version = state.Entries.TryGetValue(request.Key, out var old) ? old.Version : 0;
        if (request.ExpectedVersion is { } expected && expected != version)
            throw new RpcException(new Status(StatusCode.Aborted, $"{request.Key} has version {version}."));
        state.Entries[request.Key] = new ContextEntry { Key = request.Key, Value = request.Value, Version = version + 1, Scope = request.Scope };
        return Task.FromResult(new PutEntryResponse { Version = version + 1 });
    }

    public override Task<ListEntriesResponse> ListEntries(ListEntriesRequest request, ServerCallContext context) => Task.FromResult(new ListEntriesResponse
    {
        Entries = { state.Entries.Values.Where(entry => entry.Key.StartsWith(request.KeyPrefix, StringComparison.Ordinal)).OrderBy(entry => entry.Key) },
    });
}

internal sealed class FakeArtifacts(FakeState state) : ArtifactService.ArtifactServiceBase
{
    public override async Task<UploadArtifactResponse> UploadArtifact(IAsyncStreamReader<UploadArtifactRequest> requestStream, ServerCallContext context)
    {
        state.SawCredential(context);
        await requestStream.MoveNext();
        var artifact = requestStream.Current.Artifact.Clone();
        using var content = new MemoryStream();
        while (await requestStream.MoveNext())
            requestStream.Current.Data.WriteTo(content);
        return new UploadArtifactResponse { Artifact = state.AddArtifact(artifact, content.ToArray()) };
    }

    public override async Task DownloadArtifact(DownloadArtifactRequest request, IServerStreamWriter<DownloadArtifactResponse> responseStream, ServerCallContext context)
    {
        state.SawCredential(context);
        if (!state.Artifacts.TryGetValue(request.Id, out var stored))
            throw new RpcException(new Status(StatusCode.NotFound, $"No artifact {request.Id}."));

        await responseStream.WriteAsync(new DownloadArtifactResponse { Artifact = stored.Artifact });
        foreach (var chunk in stored.Content.Chunk(1000))
            await responseStream.WriteAsync(new DownloadArtifactResponse { Data = ByteString.CopyFrom(chunk) });
    }
}
