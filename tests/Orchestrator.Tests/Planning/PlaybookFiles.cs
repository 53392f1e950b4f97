using Orchestrator.Planning;

namespace Orchestrator.Tests.Planning;

/// <summary>The playbooks that are shipped, and small ones for tests.</summary>
internal static class PlaybookFiles
{
    /// <summary>The folder beside the orchestrator's assembly.</summary>
    public static string Shipped => Path.Combine(AppContext.BaseDirectory, "playbooks");

    /// <summary>A playbook that has all that is required and nothing else.</summary>
    public const string Minimal = """
        name: minimal
        title: Minimal
        description: The least there can be.
        tasks:
          one:
            role: writer
            task: report
        """;

    public static (Playbook? Playbook, IReadOnlyList<PlaybookError> Errors) Parse(string text, string name = "minimal") =>
        PlaybookParser.Parse($"playbooks/{name}.yaml", text);

    public static Playbook Good(string text, string name = "minimal")
    {
        var (playbook, errors) = Parse(text, name);
        errors.ShouldBeEmpty();
        return playbook.ShouldNotBeNull();
    }
}
