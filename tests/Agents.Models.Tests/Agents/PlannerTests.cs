using System.Text.Json;
using Agents.Models.Tests.Server;
using Agents.Planner;
using Agents.Planner.Free;
using Agents.Testing;

namespace Agents.Models.Tests.Agents;

public sealed class PlannerTests
{
    private const string Draft = """{"playbook":"free","tasks":[{"id":"answer","role":"researcher","task_type":"answer","input":{"question":"${request}"}}]}""";

    private static readonly AgentOffer[] Offers =
    [
        new("researcher", "answer", "Answers.", """{"properties":{"question":{"type":"string"}},"required":["question"]}""", """{"properties":{"answer":{},"citations":{}}}"""),
        new("researcher", "scope", "Takes apart.", """{"properties":{"question":{}},"required":["question"]}""", """{"properties":{"sub_questions":{}}}"""),
        new("writer", "report", "Writes.", "", ""),
    ];

    [Fact]
    public async Task Plan_InvalidPlans_AreFedBackUntilOneIsValid()
    {
        await using var server = await ModelServer.StartAsync(
            Reply.Json(PlanOf(TaskOf("a", "cook", "boil", ["b"]), TaskOf("b", "writer", "report", ["a"]))),
            Reply.Json(PlanOf(TaskOf("a", "researcher", "answer", []), TaskOf("b", "writer", "report", ["a"], new { answer = "${a.text}" }))),
            Reply.Json(PlanOf(TaskOf("a", "researcher", "answer", [], new { question = "${request}" }), TaskOf("b", "writer", "report", ["a"], new { answer = "${a.answer}" }))));

        var (plan, notes, test) = await PlanAsync(server);

        server.Requests[1].LastMessage.ShouldContain("nobody offers cook/boil; there are researcher/answer, researcher/scope, writer/report");
        server.Requests[1].LastMessage.ShouldContain("the dependencies run in a circle");
        server.Requests[2].LastMessage.ShouldContain("tasks.a.input.question: is missing; researcher/answer requires it");
        server.Requests[2].LastMessage.ShouldContain("the output of 'a' has no field 'text'; it has answer, citations");
        plan.Tasks.Select(task => (task.Id, task.Role)).ShouldBe([("a", "researcher"), ("b", "writer")]);
        plan.Tasks[1].DependsOn.ShouldBe(["a"]);
        plan.Result.Fields["summary"].StringValue.ShouldBe("${b.summary}");
        notes.ShouldContain("Planned by the model m: because");
        test.Context.Finish(new()).Result.ModelParts.ShouldBe(["plan"]);
    }

    [Fact]
    public async Task Plan_AskedFor_TellsTheModelWhatThereIs()
    {
        await using var server = await ModelServer.StartAsync(Reply.Json(PlanOf(TaskOf("a", "writer", "report", []))));

        await PlanAsync(server);

        var prompt = server.Requests.Single().LastMessage;
        prompt.ShouldContain("Request:\nFind out and tell.");
        prompt.ShouldContain("- researcher/answer: Answers.");
        prompt.ShouldContain("output fields: answer, citations");
    }

    [Fact]
    public async Task Plan_InvalidForever_FailsAndSaysWhy()
    {
        await using var server = await ModelServer.StartAsync();
        server.Otherwise = _ => Reply.Json(PlanOf(TaskOf("a", "cook", "boil", [])));

        var failure = await ModelTest.FailureAsync(() => PlanAsync(server));

        failure.Code.ShouldBe(ModelFailureCodes.InvalidAnswer);
        failure.Message.ShouldContain("nobody offers cook/boil");
        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Plan_WithoutAModel_KeepsTheDraft()
    {
        var input = new PlanInput("Find out and tell.", "free", JsonDocument.Parse(Draft).RootElement, Agents: Offers);

        var output = await new PlannerAgent(AgentModels.None).PlanAsync(input, new TestTaskContext().Context, CancellationToken.None);

        PlanJson.Read(output.Plan).Tasks.ShouldHaveSingleItem().Id.ShouldBe("answer");
    }

    internal static object TaskOf(string id, string role, string type, string[] needs, object? input = null) =>
        new { id, title = id, role, task_type = type, description = "Do it.", depends_on = needs, input = input ?? new { } };

    internal static object PlanOf(params object[] tasks) => new { reason = "because", tasks };

    private static async Task<(Protos.V1.Plan Plan, IReadOnlyList<string> Notes, TestTaskContext Test)> PlanAsync(ModelServer server)
    {
        var models = AgentModels.Read(ModelTest.Settings(("Models:Provider", "compatible"), ("Models:Model", "m"), ("Models:Compatible:Endpoint", server.Endpoint)));
        var test = new TestTaskContext();
        var input = new PlanInput("Find out and tell.", "free", JsonDocument.Parse(Draft).RootElement, Agents: Offers);
        var output = await new PlannerAgent(models).PlanAsync(input, test.Context, CancellationToken.None);
        return (PlanJson.Read(output.Plan), output.Notes, test);
    }
}
