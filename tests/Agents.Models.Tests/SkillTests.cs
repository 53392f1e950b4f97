using Agents.Hosting;
using Agents.Models.Tests.Server;
using Agents.Testing;
using Protos.V1;

namespace Agents.Models.Tests;

/// <summary>Skills reach the model with the instructions, when the task asks for them or is about them, and the call and the result say so.</summary>
public sealed class SkillTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("skills-").FullName;

    public SkillTests()
    {
        Write("house-style", "How release notes are written.", "Write plainly; words are in resources/words.md.");
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_root, "house-style", "resources")).FullName, "words.md"), "- ship");
        Write("tax-rules", "Value added tax on invoices in Europe.", "Round at the end.");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("Summarize it.\nskills: tax-rules", "tax-rules")]
    [InlineData("Write the release notes of version 2.", "house-style")]
    [InlineData("Write the release notes.\nskills: tax-rules", "tax-rules,house-style")]
    [InlineData("Answer a question about notes.", "")]
    public async Task Skill_AskedForOrMatching_IsInThePromptAndInTheRecord(string description, string names)
    {
        await using var server = await ModelServer.StartAsync(Reply.Text("Done"));
        var task = new TestTaskContext(configure: assignment => assignment.Task.Description = description);

        await Models(server).For("tester", task.Context)!.WriteAsync("text", "Be brief.", "Go.", CancellationToken.None);

        var loaded = names.Split(',', StringSplitOptions.RemoveEmptyEntries);
        task.Events.Single(e => e.ModelCall is not null).ModelCall.Skills.ShouldBe(loaded);
        task.Context.Finish(new()).Result.Skills.ShouldBe(loaded);
        var instructions = server.Requests.Single().Message(0);
        instructions.ShouldStartWith("Be brief.");
        instructions.Contains("Round at the end.", StringComparison.Ordinal).ShouldBe(loaded.Contains("tax-rules"));
        instructions.Contains("Write plainly", StringComparison.Ordinal).ShouldBe(loaded.Contains("house-style"));
        instructions.Contains("- ship", StringComparison.Ordinal).ShouldBe(loaded.Contains("house-style"));
    }

    [Fact]
    public async Task Skill_NotThere_FailsTheTaskAtItsStart()
    {
        await using var server = await ModelServer.StartAsync();
        var task = new TestTaskContext(configure: assignment => assignment.Context = AgentJson.ToStruct(new { skills = new[] { "unknown" } }));

        Should.Throw<TaskFailedException>(() => Models(server).For("tester", task.Context)).Message.ShouldBe("skills: 'unknown' is not there; there are house-style, tax-rules.");
    }

    private AgentModels Models(ModelServer server) => AgentModels.Read(ModelTest.Settings(
        ("Models:Provider", "openai"), ("Models:Model", "scripted"), ("Models:OpenAI:Endpoint", server.Endpoint), ("Models:OpenAI:ApiKey", ModelTest.Key), ("Skills:Path", _root)));

    private void Write(string name, string description, string instructions) =>
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_root, name)).FullName, "SKILL.md"), $"---\nname: {name}\ndescription: {description}\n---\n{instructions}\n");
}
