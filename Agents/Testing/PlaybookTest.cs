using System.Text.RegularExpressions;
using Agents.Hosting;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator;
using Orchestrator.Dispatch;
using Orchestrator.Planning;
using Orchestrator.Processing;
using Orchestrator.Storage;
using Orchestrator.Storage.Embedded;
using Protos.V1;

namespace Agents.Testing;

/// <summary>
/// Runs a playbook on the real engine, with a store in a temporary folder, scripted agents that answer over gRPC, and a clock
/// that jumps: a run that waits for three days takes milliseconds. When all that is left is waiting, the clock moves on to
/// the next moment at which something happens: an answer, a retry, a wait's end, a deadline, a decision.
/// </summary>
/// <example><code>
/// await using var test = await PlaybookTest.StartAsync(File.ReadAllText("release.yaml"));
/// test.Agent("builder").On("build", ScriptedAnswer.Fails("BROKEN"), ScriptedAnswer.Gives(new { version = "1.2" }));
/// test.Decide("ship", approved: true, after: TimeSpan.FromHours(20));
/// var run = await test.RunAsync(new { branch = "main" });
/// </code></example>
public sealed partial class PlaybookTest : IAsyncDisposable
{
    private const double Forever = 50L * 365 * 86_400;
    private static readonly Principal Me = new() { Name = "local", Tenant = "local" };
    private readonly string _folder;
    private readonly string _playbook;
    private readonly WebApplication _orchestrator;
    private readonly Dictionary<string, ScriptedAgent> _agents = [];
    private readonly Dictionary<string, WebApplication> _hosts = [];
    private readonly Dictionary<string, Decision> _decisions = [];

    private PlaybookTest(string folder, string playbook, WebApplication orchestrator, VirtualClock clock)
    {
        _folder = folder;
        _playbook = playbook;
        _orchestrator = orchestrator;
        Clock = clock;
    }

    /// <summary>The clock of engine and agents.</summary>
    public VirtualClock Clock { get; }

    private IRunEngine Engine => _orchestrator.Services.GetRequiredService<IRunEngine>();

    /// <summary>Starts the engine.</summary>
    /// <param name="playbook">The playbook's YAML.</param>
    /// <param name="others">YAML of playbooks that it starts.</param>
    /// <returns>The test.</returns>
    /// <exception cref="ArgumentException">A playbook is not right; the message has line and reason of every error.</exception>
    public static async Task<PlaybookTest> StartAsync(string playbook, params string[] others)
    {
        var folder = Directory.CreateTempSubdirectory("playbook-test-").FullName;
        var playbooks = Directory.CreateDirectory(Path.Combine(folder, "playbooks")).FullName;
        foreach (var text in (string[])[playbook, .. others])
            await File.WriteAllTextAsync(Path.Combine(playbooks, $"{NameOf(text)}.yaml"), text);
        var clock = new VirtualClock();
        var app = OrchestratorApp.Build(
            [
                "--Kestrel:Endpoints:grpc:Url=http://127.0.0.1:0", "--Kestrel:Endpoints:http:Url=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning",
                $"--Store:Path={folder}/store", $"--Artifacts:Path={folder}/artifacts", $"--Security:KeyFile={folder}/credential.key", $"--Playbooks:Path={playbooks}",
            ],
            services =>
            {
                services.AddSingleton<TimeProvider>(clock);
                // Nobody is lost because the clock has jumped: leases go by the clock on the wall, agents live for ever.
                services.AddSingleton<IRunStore>(provider => new EmbeddedRunStore(
                    new EmbeddedStoreOptions { Folder = Path.Combine(folder, "store"), Fatal = (reason, cause) => throw new InvalidOperationException(reason, cause) },
                    TimeProvider.System, provider.GetRequiredService<ILogger<EmbeddedRunStore>>()));
                services.AddSingleton(Options.Create(new ReplicaOptions { LeaseSeconds = 86_400, RenewSeconds = 40 * 86_400 }));
                services.AddSingleton(Options.Create(new DispatchOptions { LivenessSeconds = Forever, HeartbeatSeconds = 60, QuarantineAfter = int.MaxValue }));
                services.Remove(services.Single(service => service.ImplementationType == typeof(InstanceSharing)));
            });
        var test = new PlaybookTest(folder, NameOf(playbook), app, clock);
        try
        {
            var errors = app.Services.GetRequiredService<PlaybookCatalog>().Errors;
            if (errors.Count > 0)
                throw new ArgumentException(string.Join('\n', errors), nameof(playbook));
            await app.StartAsync();
            await PlaybookClock.UntilAsync(() => app.Services.GetRequiredService<RunHost>().IsReady, () => "the engine is ready");
            return test;
        }
        catch
        {
            await test.DisposeAsync();
            throw;
        }
    }

    /// <summary>The agent of a role. It joins when a run starts; say before what it answers.</summary>
    /// <param name="role">What it is asked for by.</param>
    /// <returns>The same one for the same role.</returns>
    public ScriptedAgent Agent(string role) =>
        _agents.TryGetValue(role, out var agent) ? agent : _agents[role] = new ScriptedAgent(role, Clock);

    /// <summary>Decides an approval when it is asked for.</summary>
    /// <param name="taskId">The approval's task.</param>
    /// <param name="approved">What is decided.</param>
    /// <param name="after">How much of the test's clock passes from the question to the decision. Default: none.</param>
    /// <param name="comment">Why.</param>
    public void Decide(string taskId, bool approved, TimeSpan after = default, string comment = "") => _decisions[taskId] = new Decision(approved, after, comment);

    /// <summary>Runs the playbook to its end.</summary>
    /// <param name="inputs">Its inputs; become JSON in snake_case. Null: none.</param>
    /// <param name="request">What is asked for, in words.</param>
    /// <param name="workspacePath">Folder that the run works on. Null: none.</param>
    /// <returns>The run that has ended, well or not.</returns>
    /// <exception cref="InvalidOperationException">The engine refused it, or it waits for what never comes: an agent, or a decision that the test does not make.</exception>
    public async Task<PlaybookRun> RunAsync(object? inputs = null, string request = "Test", string? workspacePath = null)
    {
        foreach (var agent in _agents.Values.Where(agent => !_hosts.ContainsKey(agent.Role)))
            await JoinAsync(agent);
        var submit = new SubmitRunRequest { Request = request, Playbook = _playbook, Inputs = inputs is null ? new Struct() : AgentJson.ToStruct(inputs) };
        if (workspacePath is not null)
            submit.Workspace = new Workspace { Path = Path.GetFullPath(workspacePath) };
        string runId;
        try
        {
            runId = (await Engine.SubmitAsync(submit, Me, CancellationToken.None)).RunId;
        }
        catch (RequestRefusedException refused)
        {
            throw new InvalidOperationException($"The run was refused: {refused.Message}", refused);
        }

        await new PlaybookClock(Clock, _orchestrator.Services, _agents, _decisions).DriveAsync(runId);
        var events = new List<RunEvent>();
        await foreach (var one in Engine.WatchAsync(runId, 0, Me, CancellationToken.None))
            events.Add(one);
        var run = await Engine.GetAsync(runId, includeOutputs: true, Me, CancellationToken.None);
        return new PlaybookRun(run, await Engine.GetResultAsync(new GetRunResultRequest { RunId = runId }, Me, CancellationToken.None), events);
    }

    /// <summary>Stops engine and agents, and deletes what they stored.</summary>
    /// <returns>Completes when nothing is left.</returns>
    public async ValueTask DisposeAsync()
    {
        // What waits for a moment to pass while it stops shall not wait for ever.
        using var stopped = new CancellationTokenSource();
        var ticking = TickAsync(stopped.Token);
        foreach (var host in _hosts.Values)
        {
            await host.StopAsync();
            await host.DisposeAsync();
        }

        await _orchestrator.StopAsync();
        await _orchestrator.DisposeAsync();
        await stopped.CancelAsync();
        await ticking;
        Directory.Delete(_folder, recursive: true);
    }

    private static string NameOf(string playbook) => NameLine().Match(playbook) is { Success: true } name
        ? name.Groups["name"].Value
        : throw new ArgumentException("The playbook has no line \"name: …\".", nameof(playbook));

    [GeneratedRegex("^name: *(?<name>[a-z0-9-]+)", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex NameLine();

    private async Task TickAsync(CancellationToken stopped)
    {
        while (!stopped.IsCancellationRequested)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(5, stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task JoinAsync(ScriptedAgent agent)
    {
        // Kestrel's endpoints are in the order of their names: grpc, http.
        var url = _orchestrator.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var host = AgentHost.Create([$"--services:orchestrator:grpc:0={url}", "--Logging:LogLevel:Default=Warning", "--Agents:DrainSeconds=0"]);
        host.Services.AddSingleton<TimeProvider>(Clock);
        host.AddAgent(agent.Role, agent.Configure);
        var app = host.Build();
        _hosts[agent.Role] = app;
        await app.StartAsync();
        var directory = _orchestrator.Services.GetRequiredService<IAgentDirectory>();
        await PlaybookClock.UntilAsync(() => directory.List(agent.Role).Count > 0, () => $"agent {agent.Role} has joined");
    }

    internal sealed record Decision(bool Approved, TimeSpan After, string Comment);
}
