using Protos.V1;

namespace Orchestrator.Tests.Api;

public sealed class AgentMetricsEndpointTests : IAsyncLifetime
{
    private RestHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await RestHost.StartAsync();
        _host.Engine.Agents.Orchestrator = new OrchestratorFigures { TasksDelegated = 45, Plans = 3, AvgDecompositionSeconds = 2.3, ConflictResolutions = 5 };
        _host.Engine.Agents.Roles.Add(new AgentFigures { Role = "researcher", Completed = 20, AvgSeconds = 330, Accuracy = 0.9201 });
        _host.Engine.Agents.Roles.Add(new AgentFigures { Role = "developer", Completed = 25, AvgSeconds = 900, FirstApprovalRate = 0.72, IssuesPerTask = 1 });
        _host.Engine.Agents.Roles.Add(new AgentFigures { Role = "reviewer", Completed = 25, AvgSeconds = 480, IssuesPerTask = 3.2 });
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Metrics_OfTheFourRoles_HaveExactlyThisShape()
    {
        var text = await _host.Client.GetStringAsync("/api/metrics/agents");

        Newtonsoft.Json.Linq.JToken.Parse(text).ToString(Newtonsoft.Json.Formatting.None).ShouldBe(Newtonsoft.Json.Linq.JToken.Parse(
            """
            {
              "orchestrator": { "tasks_delegated": 45, "avg_decomposition_time": "2.3s", "conflict_resolutions": 5 },
              "researcher": { "tasks_completed": 20, "avg_research_time": "5m 30s", "accuracy_score": 0.92 },
              "developer": { "tasks_completed": 25, "avg_coding_time": "15m", "first_approval_rate": 0.72 },
              "reviewer": { "tasks_completed": 25, "avg_review_time": "8m", "issues_found_per_task": 3.2 }
            }
            """).ToString(Newtonsoft.Json.Formatting.None));
    }

    [Fact]
    public async Task Metrics_OfAnotherRoleAndWithoutFigures_SayWhatThereIs()
    {
        _host.Engine.Agents.Roles.Clear();
        _host.Engine.Agents.Orchestrator = new OrchestratorFigures();
        _host.Engine.Agents.Roles.Add(new AgentFigures { Role = "developer" });
        _host.Engine.Agents.Roles.Add(new AgentFigures { Role = "writer", Completed = 2, AvgSeconds = 7500, FirstApprovalRate = 0.5 });

        (await _host.Client.GetStringAsync("/api/metrics/agents")).ShouldBe(
            """{"orchestrator":{"tasks_delegated":0,"avg_decomposition_time":null,"conflict_resolutions":0},"developer":{"tasks_completed":0,"avg_coding_time":null,"first_approval_rate":null},"writer":{"tasks_completed":2,"avg_task_time":"2h 5m","first_approval_rate":0.5}}""");
    }

    [Fact]
    public async Task Figures_AreAllNumbers()
    {
        var figures = await _host.GetJsonAsync("/api/metrics/agents/figures?role=developer");

        figures.GetProperty("roles")[1].GetProperty("avg_seconds").GetDouble().ShouldBe(900);
        _host.Engine.Asked.ShouldBe(new GetAgentMetricsRequest { Role = "developer" });
    }

    [Fact]
    public async Task Metrics_BadQuery_IsAProblem() =>
        await RestHost.ProblemAsync(await _host.Client.GetAsync("/api/metrics/agents?rol=x"), 400, "INVALID_INPUT", "rol");
}
