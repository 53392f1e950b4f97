using Fuzz.Tests.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator;
using Orchestrator.Processing;
using Protos.V1;

namespace Fuzz.Tests.Calls;

/// <summary>A whole orchestrator on loopback, with limits as one sets them for others, and a run that has ended.</summary>
internal sealed class FuzzedOrchestrator : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;

    private FuzzedOrchestrator(WebApplication app, string folder, int grpc, int http, ErrorLog errors) =>
        (_app, _folder, GrpcUrl, HttpPort, Errors) = (app, folder, $"http://127.0.0.1:{grpc}", http, errors);

    public string GrpcUrl { get; }

    public int HttpPort { get; }

    public ErrorLog Errors { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Texts that mean something here.</summary>
    public IReadOnlyList<string> Words { get; private set; } = [];

    public static async Task<FuzzedOrchestrator> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("agents-fuzz-").FullName;
        var (grpc, http) = (FreePorts.Next(), FreePorts.Next());
        var errors = new ErrorLog();
        var app = OrchestratorApp.Build(
            [
                $"--Kestrel:Endpoints:grpc:Url=http://127.0.0.1:{grpc}", $"--Kestrel:Endpoints:http:Url=http://127.0.0.1:{http}", $"--Store:Path={folder}/store", $"--Artifacts:Path={folder}/artifacts",
                $"--Security:KeyFile={folder}/credential.key", "--Logging:LogLevel:Default=Error", "--Limits:Tenants:*:Runs=50", "--Limits:Tenants:*:ArtifactBytes=10000000", "--Replicas:IdleSeconds=0.1",
            ],
            services => services.AddSingleton<ILoggerProvider>(errors));
        await app.StartAsync();
        var system = new FuzzedOrchestrator(app, folder, grpc, http, errors);
        await system.ReadyAsync();
        var me = new Principal { Name = "local", Tenant = "local" };
        var engine = app.Services.GetRequiredService<IRunEngine>();
        var run = await engine.SubmitAsync(new SubmitRunRequest { AgentMessage = new AgentMessage { ToAgent = "nobody", TaskType = "work", Task = new TaskBody { Description = "Work." } } }, me, default);
        await engine.CancelAsync(new CancelRunRequest { RunId = run.RunId }, me, default);
        system.Words = [run.RunId, "local", "answer", "code-audit", "researcher", "reviewer", "fs.read", "", "nightly", "normal", "question", "What is it?", $"sha256:{new string('0', 64)}"];
        return system;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Whether it is alive and answers, and has nothing to regret.</summary>
    public async Task HealthyAsync()
    {
        using var http = new HttpClient();
        (await http.GetAsync($"http://127.0.0.1:{HttpPort}/health")).EnsureSuccessStatusCode();
        Errors.ShouldBeEmpty();
    }

    private async Task ReadyAsync()
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!_app.Services.GetRequiredService<RunHost>().IsReady)
            await Task.Delay(10, late.Token);
    }
}
