using Agents.Models.Tests.Server;
using Agents.Planner.Designing;
using Agents.Testing;

namespace Agents.Models.Tests.Agents;

public sealed class DesignerTests
{
    [Fact]
    public async Task Design_FilesOutsideTheWorkspace_GoBackToTheModel()
    {
        using var files = ScriptedAgents.Files();
        await using var server = await ModelServer.StartAsync(Reply.Json(DesignOf("../secrets.py")), Reply.Json(DesignOf("src/leases.py")));
        var models = AgentModels.Read(ModelTest.Settings(("Models:Provider", "compatible"), ("Models:Model", "m"), ("Models:Compatible:Endpoint", server.Endpoint)));
        var test = new TestTaskContext(files.Path);

        var design = await new DesignerAgent(models).DesignAsync(new DesignInput("Renew leases."), test.Context, CancellationToken.None);

        server.Requests[0].LastMessage.ShouldContain("## Files\ndocs/storage.md\n");
        server.Requests[1].LastMessage.ShouldContain("'../secrets.py' is not relative to the workspace, or leads out of it");
        design.Files.ShouldHaveSingleItem().File.ShouldBe("src/leases.py");
        test.Context.Finish(new()).Result.ModelParts.ShouldBe(["design"]);
    }

    private static object DesignOf(string file) => new { summary = "s", files = new[] { new { file, purpose = "p" } }, decisions = Array.Empty<string>(), tests = new[] { "t" } };
}
