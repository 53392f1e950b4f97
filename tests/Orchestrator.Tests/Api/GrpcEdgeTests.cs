using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Tests.Engine;
using Protos.V1;

namespace Orchestrator.Tests.Api;

/// <summary>The gRPC services of a whole orchestrator, as a client sees them.</summary>
public sealed class GrpcEdgeTests : IAsyncLifetime
{
    private TestSystem _system = null!;
    private GrpcChannel _channel = null!;
    private OrchestratorService.OrchestratorServiceClient _client = null!;
    private ArtifactService.ArtifactServiceClient _artifacts = null!;

    public async Task InitializeAsync()
    {
        _system = await TestSystem.StartAsync();
        _channel = GrpcChannel.ForAddress(_system.GrpcUrl);
        _client = new OrchestratorService.OrchestratorServiceClient(_channel);
        _artifacts = new ArtifactService.ArtifactServiceClient(_channel);
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _system.DisposeAsync();
    }

    [Fact]
    public async Task Submit_BadInput_IsInvalidArgumentWithACode()
    {
        await Refused(new SubmitRunRequest(), "EMPTY_REQUEST", "request is missing");
        await Refused(new SubmitRunRequest { Request = " " }, "EMPTY_REQUEST", "request is empty");
        await Refused(new SubmitRunRequest { Request = new string('a', 65_537) }, "TOO_LARGE", "65537 bytes of UTF-8; at most 65536");
        await Refused(new SubmitRunRequest { Request = "a\u0001" }, "INVALID_INPUT", "U+0001 at position 1");
        await Refused(new SubmitRunRequest { Request = "a", RequestId = new string('x', 101) }, "INVALID_INPUT", "request_id has 101 characters");
        await Refused(new SubmitRunRequest { Request = "a", TimeLimit = -1 }, "INVALID_INPUT", "time_limit is -1");
        await Refused(new SubmitRunRequest { Request = "a", Labels = { ["k"] = new string('v', 101) } }, "INVALID_INPUT", "labels.k has 101 characters");
        await Refused(new SubmitRunRequest { Request = "a?", Playbook = "none" }, "UNKNOWN_PLAYBOOK", "The playbooks are answer, ");
        await Refused(new SubmitRunRequest { Request = "Make me a sandwich" }, "NO_PLAYBOOK", "code-audit (Audit source code)");
        await Refused(new SubmitRunRequest { Request = "a?", Workspace = new Workspace { Path = "relative" } }, "INVALID_INPUT", "absolute path");
        var deep = Google.Protobuf.WellKnownTypes.Value.ForNumber(double.NaN);
        await Refused(new SubmitRunRequest { Request = "a", Inputs = new() { Fields = { ["n"] = deep } } }, "INVALID_INPUT", "inputs.n is NaN; it must be a finite number");
    }

    [Fact]
    public async Task Submit_TenMegabytes_IsRefused()
    {
        var failure = await Should.ThrowAsync<RpcException>(async () => await _client.SubmitRunAsync(new SubmitRunRequest { Request = new string('a', 10_000_000) }));
        failure.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task Calls_WithBadIds_SayWhatIsWrong()
    {
        await Fails(async () => await _client.GetRunAsync(new GetRunRequest()), StatusCode.InvalidArgument, "run_id is missing");
        await Fails(async () => await _client.GetRunAsync(new GetRunRequest { RunId = "none" }), StatusCode.NotFound, "'none'");
        await Fails(async () => await _client.CancelRunAsync(new CancelRunRequest { RunId = "none" }), StatusCode.NotFound, "'none'");
        await Fails(async () => await _client.GetRunResultAsync(new GetRunResultRequest { RunId = "none" }), StatusCode.NotFound, "'none'");
        await Fails(async () => await _client.ListRunsAsync(new ListRunsRequest { PageSize = 201 }), StatusCode.InvalidArgument, "page_size is 201; it must be 0 to 200");
        await Fails(async () => await _client.ListRunsAsync(new ListRunsRequest { Statuses = { (State)99 } }), StatusCode.InvalidArgument, "statuses has 99");
        await Fails(() => WatchAsync(new WatchRunRequest { RunId = "none" }), StatusCode.NotFound, "'none'");
        await Fails(() => WatchAsync(new WatchRunRequest { RunId = "none", AfterVersion = -1 }), StatusCode.InvalidArgument, "after_version is -1");
    }

    [Fact]
    public async Task Rest_BesideGrpc_StillSaysWhichMethodsAreAllowed()
    {
        using var http = new HttpClient();
        var addresses = _system.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var rest = addresses.Single(address => address != _system.GrpcUrl);
        await RestHost.ProblemAsync(await http.DeleteAsync($"{rest}/api/runs"), 405, "METHOD_NOT_ALLOWED");
        await RestHost.ProblemAsync(await http.GetAsync($"{rest}/api/nothing"), 404, "NOT_FOUND");
    }

    [Fact]
    public async Task UnknownService_IsUnimplemented()
    {
        var method = new Method<ListAgentsRequest, ListAgentsResponse>(
            MethodType.Unary, "agents.v1.NoService", "NoMethod", Marshaller<ListAgentsRequest>(), Marshaller<ListAgentsResponse>());
        await Fails(async () => await _channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, new ListAgentsRequest()), StatusCode.Unimplemented, "");

        static Marshaller<T> Marshaller<T>()
            where T : IMessage<T>, new() => Marshallers.Create(message => message.ToByteArray(), bytes => new MessageParser<T>(() => new T()).ParseFrom(bytes));
    }

    [Fact]
    public async Task Artifact_UpAndDown_IsTheSame()
    {
        var bytes = RandomNumberGenerator.GetBytes(3_000_000);
        var id = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        (await UploadAsync(new ArtifactRef { Name = "a.bin", MediaType = "application/x-test", Size = bytes.Length, Id = id }, bytes))
            .ShouldBe(new ArtifactRef { Id = id, Name = "a.bin", MediaType = "application/x-test", Size = bytes.Length });
        using var call = _artifacts.DownloadArtifact(new DownloadArtifactRequest { Id = id });
        var received = new MemoryStream();
        ArtifactRef? described = null;
        await foreach (var part in call.ResponseStream.ReadAllAsync())
        {
            described ??= part.Artifact;
            received.Write(part.Data.Span);
        }

        described!.Id.ShouldBe(id);
        received.ToArray().ShouldBe(bytes);
    }

    [Fact]
    public async Task Artifact_BadUpload_IsRefused()
    {
        var wrong = $"sha256:{new string('0', 64)}";
        await Fails(() => UploadAsync(new ArtifactRef { Id = wrong }, [1, 2]), StatusCode.InvalidArgument, "as it should");
        await Fails(() => UploadAsync(new ArtifactRef { Id = "sha256:../x" }, [1]), StatusCode.InvalidArgument, "64 lower-case hexadecimal digits");
        await Fails(() => UploadAsync(new ArtifactRef { Size = 3 }, [1, 2]), StatusCode.InvalidArgument, "artifact.size is 3; 2 bytes came");
        await Fails(() => UploadAsync(new ArtifactRef { MediaType = "none" }, [1]), StatusCode.InvalidArgument, "artifact.media_type");
        await Fails(() => UploadAsync(new ArtifactRef(), new byte[1_048_577], 2_000_000), StatusCode.InvalidArgument, "1048577 bytes; at most 1048576");
        await Fails(() => UploadAsync(null, [1]), StatusCode.InvalidArgument, "the first message must describe");
        await Fails(async () =>
        {
            using var call = _artifacts.DownloadArtifact(new DownloadArtifactRequest { Id = wrong });
            await call.ResponseStream.MoveNext(CancellationToken.None);
        }, StatusCode.NotFound, wrong);
    }

    [Fact]
    public async Task Artifact_WithACredentialThatIsNone_IsUnauthenticated()
    {
        var headers = new Metadata { { "agents-attempt", Convert.ToBase64String(new AttemptCredential { RunId = "run-1", Attempt = 1 }.ToByteArray()) } };
        await Fails(async () =>
        {
            using var call = _artifacts.DownloadArtifact(new DownloadArtifactRequest { Id = $"sha256:{new string('0', 64)}" }, headers);
            await call.ResponseStream.MoveNext(CancellationToken.None);
        }, StatusCode.Unauthenticated, "not ours");
    }

    private async Task<ArtifactRef> UploadAsync(ArtifactRef? described, byte[] bytes, int chunk = 1_000_000)
    {
        using var call = _artifacts.UploadArtifact();
        try
        {
            if (described is not null)
                await call.RequestStream.WriteAsync(new UploadArtifactRequest { Artifact = described });
            foreach (var part in bytes.Chunk(chunk))
                await call.RequestStream.WriteAsync(new UploadArtifactRequest { Data = ByteString.CopyFrom(part) });
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // Refused meanwhile: the answer says why.
        }

        return (await call).Artifact;
    }

    private async Task WatchAsync(WatchRunRequest request)
    {
        using var call = _client.WatchRun(request);
        await call.ResponseStream.MoveNext(CancellationToken.None);
    }

    private async Task Refused(SubmitRunRequest request, string code, string reason)
    {
        var failure = await Should.ThrowAsync<RpcException>(async () => await _client.SubmitRunAsync(request));
        failure.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        failure.Status.Detail.ShouldContain(reason);
        failure.Trailers.GetValue("agents-failure-code").ShouldBe(code);
    }

    private static async Task Fails(Func<Task> call, StatusCode status, string reason)
    {
        var failure = await Should.ThrowAsync<RpcException>(call);
        failure.StatusCode.ShouldBe(status, failure.Status.Detail);
        failure.Status.Detail.ShouldContain(reason);
    }
}
