using Orchestrator.Planning;

namespace Orchestrator.Tests.Planning;

/// <summary>The example in docs/playbooks.md is a playbook that can be used.</summary>
public class PlaybookGuideTests
{
    [Fact]
    public void Parse_ExampleOfTheGuide_HasNoErrors()
    {
        var guide = File.ReadAllText(Path.Combine(Repository(), "docs", "playbooks.md"));
        var start = guide.IndexOf("```yaml\n", StringComparison.Ordinal) + "```yaml\n".Length;
        var example = guide[start..guide.IndexOf("\n```", start, StringComparison.Ordinal)];

        var (playbook, errors) = PlaybookParser.Parse("changelog.yaml", example);

        errors.ShouldBeEmpty();
        playbook!.Roles.ShouldBe(["executor", "reviewer", "writer"]);
    }

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Agents.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run from the repository.");
        }

        return folder;
    }
}
