using System.Collections.Concurrent;
using Agents.Hosting;
using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Dispatch;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Protos.V1;
using Tests.Shared;

namespace Orchestrator.Tests.Engine;

/// <summary>A real orchestrator and real agents on loopback: Kestrel, gRPC and a store, nothing faked.</summary>
internal sealed class TestSystem : IAsyncDisposable
{
    public static readonly Principal Me = new() { Name = "local", Tenant = "local" };
    private readonly List<WebApplication> _agents = [];
    private readonly List<WebApplication> _replicas = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("agents-test-").FullName;
    private readonly string[] _settings;
    private readonly int _port = FreePorts.Next();
    private WebApplication? _app;
    private int _submitted;

    private TestSystem(string[] settings) => _settings = settings;

    public IServiceProvider Services => _app!.Services;

    public RunEngine Engine => (RunEngine)Services.GetRequiredService<IRunEngine>();

    public string Folder => _folder;

    public string GrpcUrl => $"http://127.0.0.1:{_port}";

    public static async Task<TestSystem> StartAsync(params string[] settings)
    {
        var system = new TestSystem(settings);
        await system.StartOrchestratorAsync();
        return system;
    }

    public async Task StartOrchestratorAsync()
    {
        _app = Build(GrpcUrl, []);
        await _app.StartAsync();
        await Until(() => Services.GetRequiredService<RunHost>().IsReady, "the partitions are owned");
    }

    private WebApplication Build(string grpcUrl, string[] settings) => OrchestratorApp.Build(
        [
            $"--Kestrel:Endpoints:grpc:Url={grpcUrl}", "--Kestrel:Endpoints:http:Url=http://127.0.0.1:0", $"--Store:Path={_folder}/store", $"--Artifacts:Path={_folder}/artifacts", $"--Security:KeyFile={_folder}/credential.key",
            "--Dispatch:HeartbeatSeconds=0.1", "--Dispatch:LivenessSeconds=20", "--Logging:LogLevel:Default=Warning", .. _settings, .. settings,
        ]);

    public async Task StopOrchestratorAsync()
    {
        await _app!.StopAsync();
        await _app.DisposeAsync();
        _app = null;
    }

    public async Task<WebApplication> AddAgentAsync(string role, Action<AgentBuilder> configure, params string[] settings)
    {
        var agent = AgentHost.Create([$"--services:orchestrator:grpc:0={GrpcUrl}", "--Logging:LogLevel:Default=Warning", "--Agents:DrainSeconds=1", .. settings])
            .AddAgent(role, configure).Build();
        await agent.StartAsync();
        _agents.Add(agent);
        var address = agent.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        await Until(
            () => Services.GetRequiredService<IAgentDirectory>().List(role).Any(instance => new Uri(instance.Url).Port == new Uri(address).Port), $"{role} has joined");
        return agent;
    }

    /// <summary>Starts a plan as it stands.</summary>
    /// <param name="by">The replica that is asked; null: the first.</param>
    public async Task<string> SubmitAsync(Plan plan, int timeLimit = 0, IServiceProvider? by = null, Struct? inputs = null, string? project = null, Principal? who = null)
    {
        PlanRules.Violations(plan).ShouldBeEmpty();
        var runId = $"run-{Interlocked.Increment(ref _submitted)}";
        var submitted = new RunSubmitted { Request = "test", Principal = who ?? Me, Inputs = inputs ?? new Struct(), Priority = 5, TimeLimit = timeLimit };
        if (project is not null)
        {
            submitted.Labels["project"] = project;
        }

        var command = new SubmitCommand { Submitted = submitted, Plan = new PlanRequested { Playbook = "test", Draft = plan } };
        var answer = await (by ?? Services).GetRequiredService<RunCommands>().SendAsync(
            new InboxCommand { RunId = runId, RequestId = runId, Principal = who ?? Me, Submit = command }, CancellationToken.None);
        answer.Code.ShouldBe("");
        return runId;
    }

    /// <summary>Another replica on the same store, which must be Redis.</summary>
    public async Task<WebApplication> AddReplicaAsync(params string[] settings)
    {
        var replica = Build("http://127.0.0.1:0", settings);
        await replica.StartAsync();
        _replicas.Add(replica);
        return replica;
    }

    /// <summary>Stops a replica as the host does when it is asked to.</summary>
    public async Task StopReplicaAsync(WebApplication replica)
    {
        _replicas.Remove(replica);
        await replica.StopAsync();
        await replica.DisposeAsync();
    }

    /// <summary>Watches a run to its end.</summary>
    public Task<List<RunEvent>> WatchAsync(string runId) => WatchAsync(Services, runId);

    /// <summary>Watches a run to its end at a replica.</summary>
    public static async Task<List<RunEvent>> WatchAsync(IServiceProvider replica, string runId)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var events = new List<RunEvent>();
        await foreach (var e in replica.GetRequiredService<IRunEngine>().WatchAsync(runId, 0, Me, late.Token))
        {
            events.Add(e);
        }

        return events;
    }

    /// <summary>Waits for an event.</summary>
    public Task<RunEvent> UntilAsync(string runId, Func<RunEvent, bool> seen, Principal? who = null) => UntilAsync(Services, runId, seen, who);

    /// <summary>Waits for an event at a replica.</summary>
    public static async Task<RunEvent> UntilAsync(IServiceProvider replica, string runId, Func<RunEvent, bool> seen, Principal? who = null)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var e in replica.GetRequiredService<IRunEngine>().WatchAsync(runId, 0, who ?? Me, late.Token))
        {
            if (seen(e))
            {
                return e;
            }
        }

        throw new InvalidOperationException("The run ended without it.");
    }

    public Task<Run> RunAsync(string runId) => Engine.GetAsync(runId, true, Me, CancellationToken.None);

    public static async Task Until(Func<bool> condition, string what)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            late.IsCancellationRequested.ShouldBeFalse($"Never true: {what}");
            await Task.Yield();
            await Task.Delay(5, CancellationToken.None);
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            late.IsCancellationRequested.ShouldBeFalse($"Never true: {what}");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents)
        {
            await agent.StopAsync();
            await agent.DisposeAsync();
        }

        foreach (var replica in _replicas.ToList())
        {
            await StopReplicaAsync(replica);
        }

        if (_app is not null)
        {
            await StopOrchestratorAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
