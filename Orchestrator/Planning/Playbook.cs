using Protos.V1;

namespace Orchestrator.Planning;

/// <summary>A declarative workflow: what it is for, what it takes, and the plan it yields.</summary>
internal sealed record Playbook
{
    /// <summary>Unique; the file's name without its ending.</summary>
    public required string Name { get; init; }

    public required string Title { get; init; }

    public required string Description { get; init; }

    public required PlaybookMatch Match { get; init; }

    public required WorkspaceNeed Workspace { get; init; }

    /// <summary>Whether a Planner agent expands the draft over the workspace.</summary>
    public required bool Planner { get; init; }

    /// <summary>JSON Schema of the inputs, as JSON text. Always of an object that says which fields it has.</summary>
    public required string InputSchema { get; init; }

    public required IReadOnlyList<string> InputNames { get; init; }

    /// <summary>The file it was read from, as it is shown.</summary>
    public required string File { get; init; }

    /// <summary>The file's text.</summary>
    public required string Text { get; init; }

    /// <summary>The playbooks whose runs it makes.</summary>
    public required IReadOnlyList<PlaybookUse> Uses { get; init; }

    /// <summary>The plan, or what the planner starts from. Not to be changed: clone it.</summary>
    public required Plan Draft { get; init; }

    /// <summary>Every role that takes part, in alphabetical order.</summary>
    public IReadOnlyList<string> Roles =>
    [
        .. PlanRoles.Of(Draft).Concat(Planner ? ["planner"] : [])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>What clients are told.</summary>
    public PlaybookInfo ToInfo() => new()
    {
        Name = Name,
        Title = Title,
        Description = Description,
        InputSchema = InputSchema,
        NeedsWorkspace = Workspace == WorkspaceNeed.Required,
        Roles = { Roles },
    };
}

/// <summary>A task whose work is a run of another playbook.</summary>
/// <param name="Playbook">Its name, as the file has it.</param>
/// <param name="Inputs">Names of the inputs that it is given.</param>
internal sealed record PlaybookUse(string Playbook, IReadOnlyList<string> Inputs, string Task, int Line, int Column);

/// <summary>Which requests a playbook is for. Each part that matches adds to its score; see <see cref="Classifier"/>.</summary>
/// <param name="Keywords">Single words, in their singular or plain form.</param>
/// <param name="Phrases">Several words in a row.</param>
/// <param name="Holds">What the workspace should hold; null: anything.</param>
/// <param name="Questions">Whether it answers a plain question.</param>
internal sealed record PlaybookMatch(IReadOnlyList<string> Keywords, IReadOnlyList<string> Phrases, WorkspaceContent? Holds, bool Questions);

/// <summary>Whether a playbook works on files.</summary>
internal enum WorkspaceNeed
{
    /// <summary>With or without.</summary>
    Optional,

    /// <summary>Not without.</summary>
    Required,

    /// <summary>Files would not be looked at, so giving some is an error.</summary>
    None,
}

/// <summary>What most of a workspace's files are.</summary>
internal enum WorkspaceContent
{
    /// <summary>Program text.</summary>
    Source,

    /// <summary>Prose.</summary>
    Documents,

    /// <summary>Tables.</summary>
    Data,
}
