using Agents.Hosting;
using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Dispatch;
using Orchestrator.Tests.Engine;
using Orchestrator.Tests.Planning;
using Protos.V1;

namespace Orchestrator.Tests.Team;

/// <summary>Two real orchestrators: a master, and a team with a playbook and a worker of its own.</summary>
internal sealed class TeamFixture : IAsyncDisposable
{
    private const string Playbook = """
        name: measure
        title: Measure a text
        description: Measures a text by the team's workers.
        match:
          keywords: [measure]
        inputs:
          properties:
            text: {type: string}
          required: [text]
        tasks:
          first:
            role: worker
            task: measure
            description: Measure it.
            input: {text: "${inputs.text}"}
        result:
          length: ${first.length}
          by: ${first.by}
        """;

    private readonly TemporaryFolder _folder = new();

    public TestSystem Master { get; private set; } = null!;

    public TestSystem Team { get; private set; } = null!;

    public sealed record Text(string Value);

    public sealed record MeasureInput(string Text);

    public sealed record Measured(int Length, string By);

    /// <param name="work">What the team's worker does before it answers.</param>
    /// <param name="settings">Of the team.</param>
    public static async Task<TeamFixture> StartAsync(Func<TaskContext, CancellationToken, Task>? work = null, params string[] settings)
    {
        var fixture = new TeamFixture();
        fixture._folder.Write("measure.yaml", Playbook);
        fixture.Master = await TestSystem.StartAsync();
        fixture.Team = await TestSystem.StartAsync([$"--Team:Master={fixture.Master.GrpcUrl}", $"--Playbooks:Path={fixture._folder.Path}", .. settings]);
        await fixture.Team.AddAgentAsync("worker", agent => agent.Limit(maxParallel: 8).OnTask<MeasureInput, Measured>("measure", async (input, context, ct) =>
        {
            if (work is not null)
                await work(context, ct);
            return new Measured(input.Text.Length, "the team's worker");
        }));
        await fixture.JoinedAsync();
        return fixture;
    }

    public Task JoinedAsync() => TestSystem.Until(() => Instances().Any(instance => instance.Health == InstanceHealth.Alive), "the team has joined");

    public IReadOnlyList<AgentInstance> Instances() => Master.Services.GetRequiredService<IAgentDirectory>().List("team");

    /// <summary>A task of the master for the team.</summary>
    public static PlannedTask ForTeam(string id, string type, Struct input) =>
        new() { Id = id, Role = "team", TaskType = type, Description = "Measure this text, please", Input = input };

    public static Struct Json(string json) => Google.Protobuf.JsonParser.Default.Parse<Struct>(json);

    /// <summary>Runs of the team, newest first.</summary>
    public async Task<IReadOnlyList<RunSummary>> TeamRunsAsync() =>
        (await Team.Engine.ListAsync(new ListRunsRequest(), TestSystem.Me, CancellationToken.None)).Runs;

    public AgentService.AgentServiceClient TeamClient(out GrpcChannel channel) => new(channel = GrpcChannel.ForAddress(Team.GrpcUrl));

    public async ValueTask DisposeAsync()
    {
        await Team.DisposeAsync();
        await Master.DisposeAsync();
        _folder.Dispose();
    }
}
