using Agents.Workspaces.Packing;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Protos.V1;

namespace Deploy.Tests.Processes;

/// <summary>Somebody who gives work to the application.</summary>
internal sealed class Client : IDisposable
{
    private const string Question = "How long does a lease last?";
    private readonly GrpcChannel _channel;

    private readonly string _workspace;
    private ArtifactRef? _uploaded;

    /// <summary>At an address, for questions about a folder of its own host.</summary>
    public Client(int port, string workspace, Func<Uri, HttpMessageHandler>? handler = null, string scheme = "http")
    {
        _workspace = workspace;
        var address = new Uri($"{scheme}://127.0.0.1:{port}");
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler?.Invoke(address), DisposeHttpClient = true });
        Runs = new OrchestratorService.OrchestratorServiceClient(_channel);
    }

    public OrchestratorService.OrchestratorServiceClient Runs { get; }

    /// <summary>Asks the question, again and again where a connection is lost: the same request is done once.</summary>
    public async Task<string> SubmitAsync(string request)
    {
        var runId = "";
        await Waiting.UntilAsync(
            async () =>
            {
                _uploaded ??= await UploadAsync();
                var submit = new SubmitRunRequest { RequestId = request, Request = Question, Playbook = "answer", Workspace = new Workspace { Artifact = _uploaded } };
                runId = (await Runs.SubmitRunAsync(submit)).RunId;
                return true;
            },
            () => $"{request} is not taken");
        return runId;
    }

    /// <summary>Everything that happened to a run, once it has ended.</summary>
    public async Task<List<RunEvent>> HistoryAsync(string runId)
    {
        List<RunEvent> events = [];
        await Waiting.UntilAsync(
            async () =>
            {
                using var call = Runs.WatchRun(new WatchRunRequest { RunId = runId, AfterVersion = events.Count });
                await foreach (var answer in call.ResponseStream.ReadAllAsync())
                    events.Add(answer.Event);
                return events.Count > 0 && events[^1].BodyCase is RunEvent.BodyOneofCase.RunCompleted or RunEvent.BodyOneofCase.RunFailed or RunEvent.BodyOneofCase.RunCancelled;
            },
            () => $"{runId} has not ended: {string.Join(", ", events.Select(e => e.BodyCase))}");
        return events;
    }

    /// <summary>Asks, and waits for the answer.</summary>
    public async Task<(string RunId, List<RunEvent> History)> AskAsync(string request)
    {
        var runId = await SubmitAsync(request);
        var history = await HistoryAsync(runId);
        history[^1].BodyCase.ShouldBe(RunEvent.BodyOneofCase.RunCompleted, history[^1].ToString());
        return (runId, history);
    }

    // As the command line does: packed, then sent in pieces.
    private async Task<ArtifactRef> UploadAsync()
    {
        using var archive = new MemoryStream();
        var packed = await WorkspacePacker.PackAsync(_workspace, archive, options: null, CancellationToken.None);
        using var call = new ArtifactService.ArtifactServiceClient(_channel).UploadArtifact();
        await call.RequestStream.WriteAsync(new UploadArtifactRequest { Artifact = new ArtifactRef { Id = packed.Id, MediaType = WorkspacePacker.MediaType } });
        foreach (var piece in archive.ToArray().Chunk(100))
            await call.RequestStream.WriteAsync(new UploadArtifactRequest { Data = ByteString.CopyFrom(piece) });
        await call.RequestStream.CompleteAsync();
        return (await call.ResponseAsync).Artifact;
    }

    public void Dispose() => _channel.Dispose();
}
