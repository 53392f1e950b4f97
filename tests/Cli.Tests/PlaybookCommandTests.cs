using System.Text.Json;
using Protos.V1;

namespace Cli.Tests;

public sealed class PlaybookCommandTests
{
    [Fact]
    public async Task Validate_Errors_StandWhereTheyAreAndTheExitCodeIsTwo()
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());
        var file = Path.Combine(cli.Workspace, "mine.yaml");
        await File.WriteAllTextAsync(file, "nonsense");

        var ran = await cli.RunAsync("playbook", "validate", file);

        ran.Code.ShouldBe(2);
        ran.Lines.ShouldHaveSingleItem().ShouldBe($"{file}:3:5: tasks.a: 'nonsense' is no field; did you mean 'needs'?");
        await File.WriteAllTextAsync(file, "fine");
        (await cli.RunAsync("playbook", "validate", file)).ShouldSatisfyAllConditions(good => good.Code.ShouldBe(0), good => good.Output.Trim().ShouldBe("diamond: 4 tasks, roles writer"));
        (await cli.RunAsync("playbook", "validate", "/no/such/file")).Code.ShouldBe(1);
    }

    [Fact]
    public async Task Graph_Diamond_IsATreeThatNamesTheOtherNeed()
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());

        var ran = await cli.RunAsync("playbook", "graph", "diamond");

        ran.Lines[1..].Select(line => line.TrimEnd()).ShouldBe(
        [
            "top        researcher",
            "├─ left    writer      for each of ${top.items}",
            "│  └─ end  writer      optional; needs right too",
            "└─ right   approval",
        ]);
        var mermaid = await cli.RunAsync("playbook", "graph", "diamond", "--mermaid");
        mermaid.Lines.ShouldContain("  left --> end");
        mermaid.Lines.ShouldContain("  right --> end");
        JsonDocument.Parse((await cli.RunAsync("playbook", "graph", "diamond", "--json")).Output).RootElement.GetProperty("tasks").GetArrayLength().ShouldBe(4);
    }

    [Fact]
    public async Task Graph_UnknownPlaybook_SaysWhatToDoNext()
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());

        var ran = await cli.RunAsync("playbook", "graph", "none");

        ran.Code.ShouldBe(2);
        ran.Error.ShouldContain("there is no playbook 'none'");
        ran.Error.ShouldContain("agents playbooks");
    }

    [Fact]
    public async Task RunPreview_Plan_IsShownAndNothingIsStarted()
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());

        var ran = await cli.RunAsync("run", "Do it", "--preview", "--input", "n=1");

        ran.Code.ShouldBe(0, ran.Error);
        ran.Lines[0].ShouldBe("playbook diamond: it says so");
        ran.Lines[^1].ShouldBe("Nobody is there of: writer");
        cli.Script.Submitted.ShouldBeEmpty();
        ((PreviewPlanRequest)cli.Script.Asked.ShouldHaveSingleItem()).Run.Inputs.Fields["n"].NumberValue.ShouldBe(1);
    }
}
