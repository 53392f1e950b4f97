using System.Net;
using Agents.Hosting.Tests.Fakes;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Protos.V1;
using ServiceDefaults;

namespace Agents.Hosting.Tests;

/// <summary>What callers of any service see of its exceptions.</summary>
public sealed class ErrorFunnelTests : IAsyncLifetime
{
    private readonly AgentLog _log = new();
    private WebApplication _app = null!;
    private GrpcChannel _channel = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerProvider>(_log);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.AddServiceDefaults();
        builder.Services.AddSingleton<IErrorMapper, KeyMapper>();
        _app = builder.Build();
        _app.MapDefaultEndpoints();
        _app.MapGrpcService<Policy>();
        _app.MapGrpcService<Artifacts>();
        await _app.StartAsync();
        _channel = GrpcChannel.ForAddress(_app.Urls.Single(), new GrpcChannelOptions { MaxSendMessageSize = null });
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Call_UnknownException_IsInternalWithoutItsMessage()
    {
        var refusal = await DecideAsync("secret");

        refusal.StatusCode.ShouldBe(StatusCode.Internal);
        refusal.Status.Detail.ShouldStartWith("The service failed at /agents.v1.PolicyService/DecideToolCall; its log says why (trace ");
        refusal.Status.Detail.ShouldNotContain("password");
        _log.Lines.ShouldContain(line => line.Level == LogLevel.Error && line.Text.Contains("password=hunter2"));
    }

    [Fact]
    public async Task Call_MappedException_HasItsStatusAndTrailers()
    {
        var refusal = await DecideAsync("key");

        (refusal.StatusCode, refusal.Status.Detail).ShouldBe((StatusCode.NotFound, "no such key"));
        refusal.Trailers.GetValue("agents-failure-code").ShouldBe("UNKNOWN_KEY");
        _log.Lines.ShouldNotContain(line => line.Level == LogLevel.Error && line.Text.Contains("KeyNotFound"));
    }

    [Fact]
    public async Task Call_Status_IsLeftAsItIs()
    {
        var refusal = await DecideAsync("status");

        (refusal.StatusCode, refusal.Status.Detail).ShouldBe((StatusCode.DataLoss, "as thrown"));
    }

    [Fact]
    public async Task Call_StatusWithManyWords_IsCutSoThatItCanBeRead()
    {
        var refusal = await DecideAsync("long");

        (refusal.StatusCode, refusal.Status.Detail, refusal.Trailers.GetValue("a")).ShouldBe((StatusCode.NotFound, $"{new string('x', 2000)}…", "b"));
    }

    [Fact]
    public async Task Stream_UnknownException_IsInternalWithoutItsMessage()
    {
        using var call = new ArtifactService.ArtifactServiceClient(_channel).DownloadArtifact(new DownloadArtifactRequest());

        var refusal = await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));

        (refusal.StatusCode, refusal.Status.Detail.Contains("password")).ShouldBe((StatusCode.Internal, false));
    }

    [Fact]
    public async Task Call_MessageThatIsNone_IsInvalidAndNoErrorOfOurs()
    {
        static byte[] Rubbish(object _) => [0xff, 0xff, 0xff];
        var text = new Method<object, object>(MethodType.Unary, "agents.v1.PolicyService", "DecideToolCall", Marshallers.Create(Rubbish, _ => new object()), Marshallers.Create(Rubbish, _ => new object()));
        var refusal = await Should.ThrowAsync<RpcException>(async () => await _channel.CreateCallInvoker().AsyncUnaryCall(text, null, default, new object()));
        (refusal.StatusCode, refusal.Status.Detail).ShouldBe((StatusCode.InvalidArgument, "The message is not what /agents.v1.PolicyService/DecideToolCall takes: it cannot be read as protobuf."));

        var stream = new Method<object, object>(MethodType.ClientStreaming, "agents.v1.ArtifactService", "UploadArtifact", Marshallers.Create(Rubbish, _ => new object()), Marshallers.Create(Rubbish, _ => new object()));
        using var call = _channel.CreateCallInvoker().AsyncClientStreamingCall(stream, null, default);
        await call.RequestStream.WriteAsync(new object());
        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.InvalidArgument);
        _log.Lines.ShouldNotContain(line => line.Level == LogLevel.Error);
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Call_MessageOverTheLimit_IsRefusedHoweverSmallItComes(string encoding)
    {
        var request = new DecideToolCallRequest { Tool = "x", Arguments = new Struct { Fields = { ["text"] = Value.ForString(new string('x', 17 * 1024 * 1024)) } } };

        var refusal = await Should.ThrowAsync<RpcException>(async () => await new PolicyService.PolicyServiceClient(_channel).DecideToolCallAsync(request, new Metadata { { "grpc-internal-encoding-request", encoding } }));

        refusal.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    private Task<RpcException> DecideAsync(string tool) =>
        Should.ThrowAsync<RpcException>(async () => await new PolicyService.PolicyServiceClient(_channel).DecideToolCallAsync(new DecideToolCallRequest { Tool = tool }));

    private sealed class KeyMapper : IErrorMapper
    {
        public RpcException? Map(Exception exception) => exception is KeyNotFoundException
            ? new RpcException(new Status(StatusCode.NotFound, exception.Message), new Metadata { { "agents-failure-code", "UNKNOWN_KEY" } })
            : null;
    }

    private sealed class Policy : PolicyService.PolicyServiceBase
    {
        public override Task<DecideToolCallResponse> DecideToolCall(DecideToolCallRequest request, ServerCallContext context) => request.Tool switch
        {
            "key" => throw new KeyNotFoundException("no such key"),
            "long" => throw new RpcException(new Status(StatusCode.NotFound, new string('x', 100_000)), new Metadata { { "a", "b" } }),
            "status" => throw new RpcException(new Status(StatusCode.DataLoss, "as thrown")),
            _ => throw new InvalidDataException("password=hunter2"),
        };
    }

    private sealed class Artifacts : ArtifactService.ArtifactServiceBase
    {
        public override async Task<UploadArtifactResponse> UploadArtifact(IAsyncStreamReader<UploadArtifactRequest> requestStream, ServerCallContext context)
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
            }

            return new UploadArtifactResponse();
        }

        public override async Task DownloadArtifact(DownloadArtifactRequest request, IServerStreamWriter<DownloadArtifactResponse> responseStream, ServerCallContext context)
        {
            await Task.Yield();
            throw new InvalidDataException("password=hunter2");
        }
    }
}
