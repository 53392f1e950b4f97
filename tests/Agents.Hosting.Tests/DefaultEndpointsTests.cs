using System.Net;
using System.Text;
using Agents.Hosting.Tests.Fakes;
using Grpc.Core;
using Grpc.Health.V1;

namespace Agents.Hosting.Tests;

/// <summary>What ServiceDefaults gives every service, on an agent.</summary>
public sealed class DefaultEndpointsTests : IAsyncLifetime
{
    private RunningAgent _agent = null!;

    public async Task InitializeAsync() => _agent = await RunningAgent.StartAsync(echo => new GatedAgent().Configure(echo));

    public async Task DisposeAsync() => await _agent.DisposeAsync();

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Health_ByHttp_IsHealthy(string path)
    {
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        (await client.GetStringAsync(new Uri(_agent.Url + path))).ShouldBe("Healthy");
    }

    [Fact]
    public async Task Health_OnAnEndpointOfItsOwn_AnswersHttp1AndIsNotAdvertised()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        var host = AgentHost.Create(["--Kestrel:Endpoints:http:Url=http://127.0.0.1:0", $"--services:orchestrator:grpc:0={orchestrator.Url}"]).AddAgent("echo", echo => new GatedAgent().Configure(echo));
        await using var app = host.Build();
        await app.StartAsync();
        await Eventually.IsTrueAsync(() => !orchestrator.State.Registrations.IsEmpty, "joined");
        var advertised = orchestrator.State.Registrations.Single().Url;
        using var client = new HttpClient();

        (await client.GetStringAsync(new Uri(app.Urls.Single(url => url != advertised) + "/health"))).ShouldBe("Healthy");

        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(advertised);
        (await new Protos.V1.AgentService.AgentServiceClient(channel).DescribeAsync(new Protos.V1.DescribeRequest())).Contract.Role.ShouldBe("echo");
    }

    [Fact]
    public async Task Health_ByGrpc_IsServing() =>
        (await new Health.HealthClient(_agent.Channel).CheckAsync(new HealthCheckRequest())).Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);

    [Theory]
    [InlineData("grpc.reflection.v1.ServerReflection")]
    [InlineData("grpc.reflection.v1alpha.ServerReflection")]
    public async Task Reflection_ListServices_NamesTheAgentService(string service)
    {
        var bytes = Marshallers.Create(static (byte[] value) => value, static value => value);
        var method = new Method<byte[], byte[]>(MethodType.DuplexStreaming, service, "ServerReflectionInfo", bytes, bytes);
        using var call = _agent.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, host: null, default);

        // Field 7 (list_services), an empty string.
        await call.RequestStream.WriteAsync([0x3A, 0x00]);
        (await call.ResponseStream.MoveNext(CancellationToken.None)).ShouldBeTrue();

        Encoding.UTF8.GetString(call.ResponseStream.Current).ShouldContain("agents.v1.AgentService");
    }
}
