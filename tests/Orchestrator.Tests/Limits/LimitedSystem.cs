using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Orchestrator.Tests.Engine;
using Protos.V1;
using Tests.Shared;

namespace Orchestrator.Tests.Limits;

/// <summary>A whole orchestrator with small limits, its gRPC clients and its HTTP port.</summary>
internal sealed class LimitedSystem : IAsyncDisposable
{
    private readonly GrpcChannel _channel;

    private LimitedSystem(TestSystem system, int port)
    {
        (System, Port) = (system, port);
        _channel = GrpcChannel.ForAddress(system.GrpcUrl);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        Runs = new OrchestratorService.OrchestratorServiceClient(_channel);
        Artifacts = new ArtifactService.ArtifactServiceClient(_channel);
    }

    public TestSystem System { get; }

    public int Port { get; }

    public HttpClient Http { get; }

    public OrchestratorService.OrchestratorServiceClient Runs { get; }

    public ArtifactService.ArtifactServiceClient Artifacts { get; }

    public static async Task<LimitedSystem> StartAsync(params string[] settings)
    {
        var port = FreePorts.Next();
        return new LimitedSystem(await TestSystem.StartAsync([$"--Kestrel:Endpoints:http:Url=http://127.0.0.1:{port}", "--Dispatch:NoAgentSeconds=3600", .. settings]), port);
    }

    /// <summary>Submits a run that waits for an agent that never comes.</summary>
    public async Task<string> SubmitAsync(string requestId = "") => (await Runs.SubmitRunAsync(Request(requestId))).RunId;

    /// <summary>What asks for such a run.</summary>
    public static SubmitRunRequest Request(string requestId = "") =>
        new() { RequestId = requestId, AgentMessage = new AgentMessage { ToAgent = "nobody", TaskType = "work", Task = new TaskBody { Description = "Work." } } };

    /// <summary>Sends bytes and reads what comes until the server closes.</summary>
    public async Task<string> SendRawAsync(string text)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port, late.Token);
        await using var stream = client.GetStream();
        var answer = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text), late.Token);
            var buffer = new byte[4096];
            int read;
            while ((read = await stream.ReadAsync(buffer, late.Token)) > 0)
                answer.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            // It was closed before all was sent.
        }

        return answer.ToString();
    }

    /// <summary>Checks that a call is refused: RESOURCE_EXHAUSTED, with a code for programs and words for people.</summary>
    public static async Task<RpcException> RefusedAsync(Func<Task> call, string code, params string[] words)
    {
        var refused = await Should.ThrowAsync<RpcException>(call);
        refused.StatusCode.ShouldBe(StatusCode.ResourceExhausted, refused.Status.Detail);
        refused.Trailers.GetValue("agents-failure-code").ShouldBe(code);
        foreach (var word in words)
            refused.Status.Detail.ShouldContain(word);
        return refused;
    }

    /// <summary>Checks that a request is refused: 429 with problem details and <c>Retry-After</c>.</summary>
    public static async Task RefusedAsync(HttpResponseMessage answer, string code, string word)
    {
        ((int)answer.StatusCode).ShouldBe(429);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("detail").GetString()!.ShouldContain(word);
        answer.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.Zero);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _channel.Dispose();
        await System.DisposeAsync();
    }
}
