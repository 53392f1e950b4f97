using Agents.Hosting;
using Agents.Models.Tests.Server;
using Agents.Planner;
using Agents.Researcher;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator;
using Protos.V1;

namespace Agents.Models.Tests.Agents;

/// <summary>A real orchestrator and real agents, with a model at a scripted server.</summary>
public sealed class EndToEndTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFiles _files = ScriptedAgents.Files();
    private readonly TemporaryFiles _data = new();
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(2));
    private readonly List<WebApplication> _apps = [];
    private ModelServer? _server;
    private GrpcChannel? _channel;

    private string Orchestrator { get; set; } = "";

    public async Task InitializeAsync()
    {
        _server = await ModelServer.StartAsync();
        var app = OrchestratorApp.Build(
        [
            "--Kestrel:Endpoints:grpc:Url=http://127.0.0.1:0", "--Kestrel:Endpoints:http:Url=http://127.0.0.1:0", $"--Store:Path={_data.Path}/store", $"--Artifacts:Path={_data.Path}/artifacts",
            $"--Security:KeyFile={_data.Path}/credential.key", $"--Workspaces:Roots:0={_files.Path}", "--Planning:FreePlaybook=free", "--Logging:LogLevel:Default=Warning",
        ]);
        _apps.Add(app);
        await app.StartAsync();
        foreach (var address in app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses)
        {
            if (await SpeaksGrpcAsync(address))
                Orchestrator = address;
        }

        _channel = GrpcChannel.ForAddress(Orchestrator);
        await AddAsync<PlannerAgent>();
        await AddAsync<ResearcherAgent>();
        await UntilJoinedAsync(2);
    }

    public async Task DisposeAsync()
    {
        _channel?.Dispose();
        foreach (var app in Enumerable.Reverse(_apps))
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        if (_server is not null)
            await _server.DisposeAsync();
    }

    public void Dispose()
    {
        _patience.Dispose();
        _files.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task FreeRequest_PlannedAndAnsweredByAModel_IsRecordedAndItsCitationsAreLiteral()
    {
        var plans = 0;
        _server!.Otherwise = request => ScriptedAgents.Asked(request) switch
        {
            "plan" when plans++ == 0 => Reply.Json(PlannerTests.PlanOf(PlannerTests.TaskOf("a", "researcher", "divine", []))),
            "plan" => Reply.Json(new
            {
                reason = "Two looks at the same files.",
                tasks = new[]
                {
                    PlannerTests.TaskOf("count", "researcher", "inventory", []),
                    PlannerTests.TaskOf("lookup", "researcher", "answer", ["count"], new { question = "When does a replica that is killed lose its lease?" }),
                },
                result = new { summary = "${lookup.answer}", citations = "${lookup.citations}", missing = "${lookup.missing}" },
            }),
            "query" => Reply.Json(new { queries = new[] { "lease" } }),
            _ => Reply.Json(new
            {
                answered = true,
                answer = "After five seconds [2], never [1].",
                citations = new[] { new { passage = 1, quote = "it never does" }, new { passage = ResearcherTests.Passage(request), quote = "loses its lease after five seconds" } },
                missing = Array.Empty<string>(),
            }, 500, 60),
        };

        var (result, events) = await RunAsync("Tabulate lease expiry behaviour of replicas");

        result.Status.ShouldBe(State.Completed, result.ToString());
        result.Playbook.ShouldBe("free");
        result.Output.Fields["summary"].StringValue.ShouldBe("After five seconds [1], never.");
        var citation = result.Output.Fields["citations"].ListValue.Values.ShouldHaveSingleItem().StructValue;
        citation.Fields["quote"].StringValue.ShouldBe("loses its lease after five seconds");
        result.Output.Fields["missing"].ToString().ShouldContain("it never does");
        result.Tasks.Single(task => task.Id == "lookup").ModelParts.ShouldBe(["answer"]);
        result.Tasks.Single(task => task.Id == "count").ModelParts.ShouldBeEmpty();

        var calls = events.Where(e => e.ModelCalled is not null).Select(e => e.ModelCalled).ToList();
        calls.Where(call => call.Role == "planner").Select(call => (call.TaskId, call.Purpose, call.Outcome)).ShouldBe([("plan", "plan", "ok"), ("plan", "plan", "ok")]);
        var answer = calls.Single(call => call is { Role: "researcher", Purpose: "answer" });
        (answer.TaskId, answer.Model, answer.Provider, answer.InputTokens, answer.OutputTokens, answer.CostMicros).ShouldBe(("lookup", "scripted", "compatible", 500, 60, 560));
        answer.PromptHash.Length.ShouldBe(64);
        events.Single(e => e.TaskOutput?.TaskId == "lookup").TaskOutput.Usage.CostMicros.ShouldBeGreaterThanOrEqualTo(560);
        events.Single(e => e.PlanAccepted is not null).PlanAccepted.Plan.Notes.ShouldContain(note => note.StartsWith("Planned by the model scripted"));
    }

    [Fact]
    public async Task FreeRequest_KeyNotAccepted_FailsAndNamesTheSetting()
    {
        _server!.Otherwise = _ => Reply.Status(401, """{"error":{"message":"no"}}""");

        var (result, events) = await RunAsync("Tabulate lease expiry behaviour of replicas");

        result.Status.ShouldBe(State.Failed);
        result.Failure.Code.ShouldBe(ModelFailureCodes.Unauthorized);
        result.Failure.Message.ShouldContain("Models:Compatible:ApiKey");
        events.Single(e => e.ModelCalled is not null).ModelCalled.Outcome.ShouldBe(ModelFailureCodes.Unauthorized);
    }

    private async Task<(RunResult Result, List<RunEvent> Events)> RunAsync(string request)
    {
        var client = new OrchestratorService.OrchestratorServiceClient(_channel!);
        var submitted = await client.SubmitRunAsync(
            new SubmitRunRequest { Request = request, Workspace = new Workspace { Path = _files.Path } }, cancellationToken: _patience.Token);
        List<RunEvent> events = [];
        using var watch = client.WatchRun(new WatchRunRequest { RunId = submitted.RunId }, cancellationToken: _patience.Token);
        await foreach (var response in watch.ResponseStream.ReadAllAsync(_patience.Token))
            events.Add(response.Event);
        var answer = await client.GetRunResultAsync(new GetRunResultRequest { RunId = submitted.RunId, Wait = 10 }, cancellationToken: _patience.Token);
        return (answer.Result, events);
    }

    private async Task AddAsync<TAgent>()
        where TAgent : class
    {
        var app = AgentHost.Create(
        [
            $"--services:orchestrator:grpc:0={Orchestrator}", "--Logging:LogLevel:Default=Warning", "--Agents:DrainSeconds=1", $"--Workspaces:Roots:0={_files.Path}",
            "--Models:Provider=compatible", "--Models:Model=scripted", $"--Models:Compatible:Endpoint={_server!.Endpoint}", "--Models:Prices:0:Model=scripted", "--Models:Prices:0:Input=1", "--Models:Prices:0:Output=1",
        ]).AddModels().AddAgent<TAgent>().Build();
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
