using System.Text.Json.Nodes;
using Agents.Executor;
using Agents.Hosting;
using Agents.Tools.Mcp;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator;
using Orchestrator.Dispatch;
using Orchestrator.Processing;
using Protos.V1;
using Tests.Shared;

namespace Agents.Tools.Tests.Runs;

/// <summary>A real orchestrator with the playbooks and the policy that are shipped, and a real Executor, on loopback.</summary>
internal sealed class RunSystem : IAsyncDisposable
{
    public static readonly Principal Me = new() { Name = "local", Tenant = "local" };
    private readonly string _folder = Directory.CreateTempSubdirectory("tools-run-").FullName;
    private readonly int _port = FreePorts.Next();
    private readonly List<WebApplication> _apps = [];

    public string Http { get; } = $"http://127.0.0.1:{FreePorts.Next()}";

    public IRunEngine Engine => Services.GetRequiredService<IRunEngine>();

    public IServiceProvider Services => _apps[0].Services;

    /// <summary>Starts both.</summary>
    /// <param name="settings">Of the Executor: <c>--Tools:…</c>.</param>
    public static async Task<RunSystem> StartAsync(params string[] settings)
    {
        var system = new RunSystem();
        try
        {
            await system.StartAsync(OrchestratorApp.Build(
                [
                    $"--Kestrel:Endpoints:grpc:Url=http://127.0.0.1:{system._port}", $"--Kestrel:Endpoints:http:Url={system.Http}", "--Logging:LogLevel:Default=Warning",
                    $"--Store:Path={system._folder}/store", $"--Artifacts:Path={system._folder}/artifacts", $"--Security:KeyFile={system._folder}/credential.key",
                    "--Dispatch:HeartbeatSeconds=0.1", "--Dispatch:LivenessSeconds=60", "--Policy:HoldSeconds=1", $"--Workspaces:Roots:0={Path.GetTempPath()}", $"--Workspaces:Roots:1={HostileFolder.Memory}",
                    .. HostNamespaces.CanBeMade ? (string[])[] : [$"--Policy:File={await system.GrantingPolicyAsync()}"],
                ]));
            await UntilAsync(() => system.Services.GetRequiredService<RunHost>().IsReady, "the partitions are owned");
            var executor = AgentHost.Create([$"--services:orchestrator:grpc:0=http://127.0.0.1:{system._port}", "--Logging:LogLevel:Default=Warning", "--Agents:DrainSeconds=1", .. settings]);
            executor.Services.AddExecutor(executor.Configuration);
            await executor.AddMcpToolsAsync("executor");
            await system.StartAsync(executor.AddAgent<ExecutorAgent>().Build());
            await UntilAsync(() => system.Services.GetRequiredService<IAgentDirectory>().List("executor").Any(), "the executor has joined");
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    public async Task<string> SubmitAsync(SubmitRunRequest request) => (await Engine.SubmitAsync(request, Me, CancellationToken.None)).RunId;

    /// <summary>One chain of tools, as a run of its own.</summary>
    /// <param name="steps">JSON: the steps.</param>
    /// <param name="workspace">Null: none.</param>
    public Task<string> SubmitChainAsync(string steps, string? workspace = null)
    {
        var message = new AgentMessage
        {
            MessageId = "m",
            ToAgent = "executor",
            TaskType = "chain",
            Task = new TaskBody { Description = "Use tools", InputData = AgentJson.ToStruct(new JsonObject { ["steps"] = JsonNode.Parse(steps) }) },
        };
        return SubmitAsync(new SubmitRunRequest { AgentMessage = message, Workspace = workspace is null ? null : new Workspace { Path = workspace } });
    }

    /// <summary>Waits for an event.</summary>
    public async Task<RunEvent> UntilAsync(string runId, Func<RunEvent, bool> seen)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        await foreach (var one in Engine.WatchAsync(runId, 0, Me, late.Token))
        {
            if (seen(one))
                return one;
        }

        throw new InvalidOperationException("The run ended without it.");
    }

    /// <summary>All events, when it has ended.</summary>
    public async Task<List<RunEvent>> EventsAsync(string runId)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        var events = new List<RunEvent>();
        await foreach (var one in Engine.WatchAsync(runId, 0, Me, late.Token))
            events.Add(one);
        return events;
    }

    public Task<RunResult> ResultAsync(string runId) => Engine.GetResultAsync(new GetRunResultRequest { RunId = runId }, Me, CancellationToken.None);

    /// <summary>The output of a run's only task.</summary>
    public async Task<JsonObject> OutputAsync(string runId)
    {
        var run = await Engine.GetAsync(runId, includeOutputs: true, Me, CancellationToken.None);
        run.Summary.Status.ShouldBe(State.Completed, run.ToString());
        return AgentJson.FromStruct<JsonObject>(run.Tasks.ShouldHaveSingleItem().Output);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in Enumerable.Reverse(_apps))
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    // The shipped rules; what they allow may reach the network, for here no command can be kept from it.
    private async Task<string> GrantingPolicyAsync()
    {
        var shipped = Path.Combine(AppContext.BaseDirectory, "policies", "tools.json");
        var policy = JsonNode.Parse(await File.ReadAllTextAsync(shipped))!;
        policy["tool_policy"]!["rules"]!.AsArray()[^1]!["grants"] = new JsonArray("network");
        var file = Path.Combine(_folder, "policy.json");
        await File.WriteAllTextAsync(file, policy.ToJsonString());
        return file;
    }

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (!condition())
        {
            late.IsCancellationRequested.ShouldBeFalse($"Never true: {what}");
            await Task.Delay(10, CancellationToken.None);
        }
    }

    private async Task StartAsync(WebApplication app)
    {
        _apps.Add(app);
        await app.StartAsync();
    }
}
