using Orchestrator.Planning;

namespace Orchestrator.Tests.Planning;

/// <summary>The example in docs/playbooks.md is a playbook that can be used.</summary>
public class PlaybookGuideTests
{
    [Fact]
    public void Parse_ExampleOfTheGuide_HasNoErrors() => Example("changelog").Roles.ShouldBe(["executor", "reviewer", "writer"]);

    [Fact]
    public void Parse_ExampleWithPeopleTimesAndRuns_SaysWhatItShows()
    {
        var playbook = Example("release");

        playbook.Roles.ShouldBe(["analyst", "executor", "senior-analyst", "writer"]);
        playbook.Uses.ShouldHaveSingleItem().Playbook.ShouldBe("code-audit");
        var tasks = playbook.Draft.Tasks.ToDictionary(task => task.Id);
        tasks["go"].Approval.EscalateTo.ShouldBe(["boss"]);
        tasks["window"].Wait.Until.ShouldBe("${inputs.not_before}");
        tasks["cool-down"].Wait.Duration.ShouldBe("PT30M");
        tasks["metrics"].Fallback.Role.ShouldBe("senior-analyst");
        tasks["notes"].Fallback.Value.Fields["text"].StringValue.ShouldBe("See the history.");
        tasks["tag"].Fallback.Ask.Question.ShouldBe("Tagging failed. Try again?");
        tasks["tag"].Deadline.ShouldBe(3600);
    }

    private static Playbook Example(string name)
    {
        var guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "playbooks.md"));
        var start = guide.IndexOf($"```yaml\nname: {name}\n", StringComparison.Ordinal) + "```yaml\n".Length;
        start.ShouldBeGreaterThan(10);
        var (playbook, errors) = PlaybookParser.Parse($"{name}.yaml", guide[start..guide.IndexOf("\n```", start, StringComparison.Ordinal)]);
        errors.ShouldBeEmpty();
        return playbook!;
    }
}
