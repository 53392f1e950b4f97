using Agents.Models.Tests.Server;
using Agents.Planner;
using Agents.Researcher;
using Protos.V1;

namespace Agents.Models.Tests.Agents;

/// <summary>Free requests, planned and answered with a model at a scripted server.</summary>
public sealed class EndToEndTests : IAsyncLifetime
{
    private readonly TemporaryFiles _skills = new();
    private ModelSystem? _system;

    public async Task InitializeAsync()
    {
        _skills["house/SKILL.md"] = "---\nname: house\ndescription: How lookups of lease expiry are told.\n---\nBe brief.\n";
        _system = await ModelSystem.StartAsync(ScriptedAgents.Files(), [$"--Skills:Path={_skills.Path}"], host => host.AddPlanner(), host => host.AddModels().AddAgent<ResearcherAgent>());
    }

    public async Task DisposeAsync()
    {
        await _system!.DisposeAsync();
        _skills.Dispose();
    }

    [Fact]
    public async Task FreeRequest_PlannedAndAnsweredByAModel_IsRecordedAndItsCitationsAreLiteral()
    {
        var plans = 0;
        _system!.Server.Otherwise = request => ScriptedAgents.Asked(request) switch
        {
            "plan" when plans++ == 0 => Reply.Json(PlannerTests.PlanOf(PlannerTests.TaskOf("a", "researcher", "divine", []))),
            "plan" => Reply.Json(new
            {
                reason = "Two looks at the same files.",
                tasks = new[]
                {
                    PlannerTests.TaskOf("count", "researcher", "inventory", []),
                    new
                    {
                        id = "lookup",
                        title = "lookup",
                        role = "researcher",
                        task_type = "answer",
                        description = "Do it.\nskills: house",
                        depends_on = new[] { "count" },
                        input = new { question = "When does a replica that is killed lose its lease?" },
                    },
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

        var (result, events) = await _system.RunAsync(new SubmitRunRequest { Request = "Tabulate lease expiry behaviour of replicas" });

        result.Status.ShouldBe(State.Completed, result.ToString());
        result.Playbook.ShouldBe("free");
        result.Output.Fields["summary"].StringValue.ShouldBe("After five seconds [1], never.");
        var citation = result.Output.Fields["citations"].ListValue.Values.ShouldHaveSingleItem().StructValue;
        citation.Fields["quote"].StringValue.ShouldBe("loses its lease after five seconds");
        result.Output.Fields["missing"].ToString().ShouldContain("it never does");
        result.Tasks.Single(task => task.Id == "lookup").ModelParts.ShouldBe(["answer"]);
        result.Tasks.Single(task => task.Id == "count").ModelParts.ShouldBeEmpty();
        result.Tasks.Single(task => task.Id == "lookup").Skills.ShouldBe(["house"]);
        events.Single(e => e.TaskOutput?.TaskId == "lookup").TaskOutput.Skills.ShouldBe(["house"]);
        result.Tasks.Single(task => task.Id == "count").Skills.ShouldBeEmpty();

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
        _system!.Server.Otherwise = _ => Reply.Status(401, """{"error":{"message":"no"}}""");

        var (result, events) = await _system.RunAsync(new SubmitRunRequest { Request = "Tabulate lease expiry behaviour of replicas" });

        result.Status.ShouldBe(State.Failed);
        result.Failure.Code.ShouldBe(ModelFailureCodes.Unauthorized);
        result.Failure.Message.ShouldContain("Models:Compatible:ApiKey");
        events.Single(e => e.ModelCalled is not null).ModelCalled.Outcome.ShouldBe(ModelFailureCodes.Unauthorized);
    }
}
