using System.Text.Json;
using Agents.Hosting;
using Agents.Models.Tests.Server;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator;
using Protos.V1;
using Tests.Shared;

namespace Agents.Models.Tests.Agents;

/// <summary>A real orchestrator and real agents, with a model at a scripted server.</summary>
internal sealed class ModelSystem : IAsyncDisposable
{
    private readonly TemporaryFiles _data = new();
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(5));
    private readonly List<WebApplication> _apps = [];
    private readonly string[] _settings;
    private GrpcChannel? _channel;
    private string _orchestrator = "";

    private ModelSystem(TemporaryFiles files, ModelServer server, string[] settings) => (Files, Server, _settings) = (files, server, settings);

    public TemporaryFiles Files { get; }

    public ModelServer Server { get; }

    public static async Task<ModelSystem> StartAsync(TemporaryFiles files, string[] settings, params Func<AgentHost, AgentHost>[] agents)
    {
        var system = new ModelSystem(files, await ModelServer.StartAsync(), settings);
        await system.StartOrchestratorAsync();
        foreach (var agent in agents)
            await system.AddAsync(agent);
        await system.UntilJoinedAsync(agents.Length);
        return system;
    }

    public async Task<(RunResult Result, List<RunEvent> Events)> RunAsync(SubmitRunRequest request)
    {
        request.Workspace = new Workspace { Path = Files.Path };
        var client = new OrchestratorService.OrchestratorServiceClient(_channel!);
        var submitted = await client.SubmitRunAsync(request, cancellationToken: _patience.Token);
        List<RunEvent> events = [];
        using var watch = client.WatchRun(new WatchRunRequest { RunId = submitted.RunId }, cancellationToken: _patience.Token);
        await foreach (var response in watch.ResponseStream.ReadAllAsync(_patience.Token))
            events.Add(response.Event);
        var answer = await client.GetRunResultAsync(new GetRunResultRequest { RunId = submitted.RunId, Wait = 10 }, cancellationToken: _patience.Token);
        return (answer.Result, events);
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        foreach (var app in Enumerable.Reverse(_apps))
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        await Server.DisposeAsync();
        _patience.Dispose();
        Files.Dispose();
        _data.Dispose();
    }

    private async Task StartOrchestratorAsync()
    {
        _data["policy.json"] = $$$"""{"tool_policy": {"default": "deny", "rules": [{"id": "all", "effect": "allow", "reason": "A test.", "grants": {{{JsonSerializer.Serialize(HostNamespaces.Grants)}}}}]}}""";
        var app = OrchestratorApp.Build(
        [
            "--Kestrel:Endpoints:grpc:Url=http://127.0.0.1:0", "--Kestrel:Endpoints:http:Url=http://127.0.0.1:0", $"--Store:Path={_data.Path}/store", $"--Artifacts:Path={_data.Path}/artifacts",
            $"--Security:KeyFile={_data.Path}/credential.key", $"--Workspaces:Roots:0={Files.Path}", "--Planning:FreePlaybook=free", "--Logging:LogLevel:Default=Warning",
            .. HostNamespaces.CanBeMade ? (string[])[] : [$"--Policy:File={_data.Path}/policy.json"],
        ]);
        _apps.Add(app);
        await app.StartAsync();
        foreach (var address in app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses)
        {
            if (await SpeaksGrpcAsync(address))
                _orchestrator = address;
        }

        _channel = GrpcChannel.ForAddress(_orchestrator);
    }

    private async Task AddAsync(Func<AgentHost, AgentHost> agent)
    {
        var app = agent(AgentHost.Create(
        [
            $"--services:orchestrator:grpc:0={_orchestrator}", "--Logging:LogLevel:Default=Warning", "--Agents:DrainSeconds=1", $"--Workspaces:Roots:0={Files.Path}",
            "--Models:Provider=compatible", "--Models:Model=scripted", $"--Models:Compatible:Endpoint={Server.Endpoint}", "--Models:Prices:0:Model=scripted", "--Models:Prices:0:Input=1", "--Models:Prices:0:Output=1",
            .. _settings,
        ])).Build();
        _apps.Add(app);
        await app.StartAsync();
    }

    private async Task UntilJoinedAsync(int count)
    {
        var client = new OrchestratorService.OrchestratorServiceClient(_channel!);
        while ((await client.ListAgentsAsync(new ListAgentsRequest(), cancellationToken: _patience.Token)).Instances.Count < count)
            await Task.Yield();
    }

    private async Task<bool> SpeaksGrpcAsync(string address)
    {
        using var channel = GrpcChannel.ForAddress(address);
        try
        {
            await new OrchestratorService.OrchestratorServiceClient(channel).ListPlaybooksAsync(new ListPlaybooksRequest(), cancellationToken: _patience.Token);
            return true;
        }
        catch (RpcException)
        {
            return false;
        }
    }
}
