using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Agents.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Dispatch;
using Orchestrator.Tests.Planning;
using Protos.V1;

namespace Orchestrator.Tests.Engine;

/// <summary>The ways in which agents work together, each by the playbook that comes with it.</summary>
public sealed class PatternTests : IDisposable
{
    private readonly TemporaryFolder _workspace = new();
    private readonly ConcurrentQueue<(string Role, string Type, JsonObject Input)> _asked = new();

    private string[] Settings => [$"--Playbooks:Path={PlaybookFiles.Shipped}", Root];

    private string Root => $"--Workspaces:Roots:0={_workspace.Path}";

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Pipeline_EachStage_WorksOnWhatTheOneBeforeItGave()
    {
        await using var system = await TestSystem.StartAsync(Settings);
        await AddAgentsAsync(system);

        var events = await RunAsync(system, "pipeline");

        events[^1].RunCompleted.Output.Fields["summary"].StringValue.ShouldBe("reported");
        _asked.Select(asked => (asked.Role, asked.Type)).ShouldBe([("reviewer", "security"), ("developer", "fix"), ("reviewer", "review"), ("writer", "report"), ("reviewer", "review")]);
        var asked = _asked.ToList();
        asked[1].Input["findings"]![0]!["findings"]![0]!["title"]!.GetValue<string>().ShouldBe("hole in .");
        asked[2].Input["output"]!["diff"]!.GetValue<string>().ShouldBe("- hole in .");
        asked[3].Input["fix"]!["diff"]!.GetValue<string>().ShouldBe("- hole in .");
        string[] stages = ["inspect", "fix", "report"];
        foreach (var (before, after) in stages.Zip(stages.Skip(1)))
        {
            events.FindIndex(e => e.TaskStarted?.TaskId == after).ShouldBeGreaterThan(events.FindLastIndex(e => e.TaskOutput?.TaskId == before));
        }
    }

    [Fact]
    public async Task Hierarchical_ManagerWithTeam_EachPartIsARunOfItsOwnAndOneThatFailsLeavesTheOthers()
    {
        await using var system = await TestSystem.StartAsync(Settings);
        await AddAgentsAsync(system, broken: "b");

        var events = await RunAsync(system, "manager");

        var completed = events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        var runs = events.Where(e => e.SubRunStarted is not null).Select(e => e.SubRunStarted).ToList();
        runs.Select(run => (run.TaskId, run.Playbook)).ShouldBe([("team/0", "pipeline"), ("team/1", "pipeline"), ("team/2", "pipeline")]);
        foreach (var run in runs)
        {
            (await system.RunAsync(run.RunId)).Summary.Parent.RunId.ShouldBe(events[0].RunId);
        }

        completed.Output.Fields["areas"].ToString().ShouldBe("[ \"a\", null, \"c\" ]");
        completed.Missing.ShouldHaveSingleItem().ShouldContain("A team's area (2)");
        _asked.Where(asked => asked.Type == "security").Select(asked => asked.Input["paths"]![0]!.GetValue<string>()).Distinct().ShouldBe(["a", "b", "c"], ignoreOrder: true);
        var report = _asked.Single(asked => asked.Type == "report" && asked.Input["inventory"] is not null).Input;
        report["findings"]![0]!["findings"]![0]!["title"]!.GetValue<string>().ShouldBe("hole in a");
    }

    [Fact]
    public async Task Hierarchical_MasterWithTeamOrchestrators_TheirRunsDoTheWork()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "code-audit", "research-report" })
        {
            folder.Write($"{name}.yaml", $"name: {name}\ntitle: T\ndescription: D\ntasks:\n  do:\n    role: worker\n    task: {name}\nresult: {{summary: \"${{do.summary}}\", findings: [], missing: []}}\n");
        }

        await using var master = await TestSystem.StartAsync(Settings);
        await AddAgentsAsync(master);
        await using var team = await TestSystem.StartAsync($"--Team:Master={master.GrpcUrl}", $"--Playbooks:Path={folder.Path}", Root);
        await team.AddAgentAsync("worker", agent => agent
            .OnTask<JsonObject, JsonObject>("code-audit", (_, _, _) => Task.FromResult(new JsonObject { ["summary"] = "audited" }))
            .OnTask<JsonObject, JsonObject>("research-report", (_, _, _) => Task.FromResult(new JsonObject { ["summary"] = "looked up" })));
        await TestSystem.Until(() => master.Services.GetRequiredService<IAgentDirectory>().List("team").Any(instance => instance.Health == InstanceHealth.Alive), "the team has joined");

        var events = await RunAsync(master, "teams");

        var output = events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString()).Output.Fields;
        (output["audit"].StringValue, output["research"].StringValue, output["summary"].StringValue).ShouldBe(("audited", "looked up", "reported"));
        var runs = (await team.Engine.ListAsync(new ListRunsRequest(), TestSystem.Me, default)).Runs;
        runs.Select(run => run.Playbook).ShouldBe(["code-audit", "research-report"], ignoreOrder: true);
        runs.ShouldAllBe(run => run.Labels["master_run"] == events[0].RunId);
    }

    [Fact]
    public async Task Collaborative_ExpertsDiscussInRounds_AndSecurityComesFirst()
    {
        await using var system = await TestSystem.StartAsync(Settings);
        foreach (var (role, position) in new[] { ("security", "asynchronous"), ("performance", "synchronous") })
        {
            await system.AddAgentAsync(role, agent => agent.OnTask<JsonObject, JsonObject>("discuss", (input, _, _) =>
            {
                _asked.Enqueue((role, "discuss", input));
                return Task.FromResult(new JsonObject { ["position"] = position, ["criterion"] = role, ["arguments"] = new JsonArray($"{role} wants it") });
            }));
        }

        var events = await RunAsync(system, "discuss");

        var output = events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString()).Output.Fields;
        output["summary"].StringValue.ShouldBe("asynchronous");
        output["positions"].ToString().ShouldContain("performance wants it");
        _asked.Count.ShouldBe(4);
        _asked.Where(asked => asked.Input["round"]!.GetValue<int>() == 2).ShouldAllBe(asked => asked.Input["said"]!.AsArray().Count == 2);
    }

    private async Task AddAgentsAsync(TestSystem system, string? broken = null)
    {
        JsonObject Asked(string role, string type, JsonObject input, JsonObject output)
        {
            _asked.Enqueue((role, type, input));
            return output;
        }

        static JsonArray Findings(string path) => new(new JsonObject { ["title"] = $"hole in {path}", ["severity"] = "LOW" });

        await system.AddAgentAsync("researcher", agent => agent.OnTask<JsonObject, JsonObject>("inventory", (input, _, _) => Task.FromResult(Asked("researcher", "inventory", input, new JsonObject
        {
            ["areas"] = new JsonArray([.. new[] { "a", "b", "c" }.Select(area => new JsonObject { ["title"] = area, ["paths"] = new JsonArray(area) })]),
        }))));
        await system.AddAgentAsync("reviewer", agent => agent.Limit(maxParallel: 4)
            .OnTask<JsonObject, JsonObject>("security", (input, _, _) =>
            {
                var path = input["paths"]![0]!.GetValue<string>();
                var output = Asked("reviewer", "security", input, new JsonObject { ["findings"] = Findings(path) });
                return Task.FromResult(path == broken ? throw new TaskFailedException("BROKEN", "It cannot be read.") : output);
            })
            .OnTask<JsonObject, JsonObject>("review", (input, _, _) => Task.FromResult(Asked("reviewer", "review", input, new JsonObject { ["score"] = 95 }))));
        await system.AddAgentAsync("developer", agent => agent.Limit(maxParallel: 4).OnTask<JsonObject, JsonObject>("fix", (input, _, _) => Task.FromResult(Asked(
            "developer", "fix", input, new JsonObject { ["diff"] = $"- {input["findings"]![0]!["findings"]![0]!["title"]}" }))));
        await system.AddAgentAsync("writer", agent => agent.Limit(maxParallel: 4).OnTask<JsonObject, JsonObject>("report", (input, _, _) => Task.FromResult(Asked(
            "writer", "report", input, new JsonObject { ["summary"] = "reported" }))));
    }

    private async Task<List<RunEvent>> RunAsync(TestSystem system, string playbook)
    {
        var submitted = await system.Engine.SubmitAsync(
            new SubmitRunRequest { Request = "Inspect it", Playbook = playbook, Workspace = new Workspace { Path = _workspace.Path } }, TestSystem.Me, default);
        return await system.WatchAsync(submitted.RunId);
    }
}
