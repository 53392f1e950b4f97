using Protos.V1;

namespace Orchestrator.Console.Runs.Graph;

/// <summary>What the picture of a plan shows as one: a task, a <c>foreach</c>, or tasks that stand alike in the plan.</summary>
internal sealed record GraphNode
{
    /// <summary>Unique; of a single task its id.</summary>
    public required string Id { get; init; }

    public required string Title { get; init; }

    /// <summary>A second line.</summary>
    public string Note { get; init; } = "";

    /// <summary>Of several: the one that matters most.</summary>
    public required State Status { get; init; }

    /// <summary>0 to 1; negative: unknown.</summary>
    public double Progress { get; init; } = -1;

    /// <summary>The single task; null: it stands for several.</summary>
    public string? TaskId { get; init; }

    /// <summary>The run made for the task; empty: none.</summary>
    public string SubRunId { get; init; } = "";

    /// <summary>What it stands for, when that is several.</summary>
    public IReadOnlyList<TaskView> Members { get; init; } = [];

    /// <summary>Whether the members are shown one by one.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Members that are shown: so many at most.</summary>
    public const int MaxCells = 400;

    /// <summary>Width and height of a closed node, and of a member in an open one.</summary>
    public const int Width = 212, Height = 54, Cell = 22, Head = 46;

    /// <summary>Members beside each other in an open node.</summary>
    public int Columns => Math.Clamp((int)Math.Ceiling(Math.Sqrt(Shown) * 1.4), 9, 24);

    /// <summary>Members that are shown one by one.</summary>
    public int Shown => Math.Min(Members.Count, MaxCells);

    /// <summary>Its size in the picture.</summary>
    public (int Width, int Height) Size => IsOpen
        ? (Math.Max(Width, (Columns * Cell) + 16), Head + ((Shown + Columns - 1) / Columns * Cell) + 10 + (Members.Count > Shown ? 18 : 0))
        : (Width, Height);
}

/// <summary>Nodes, and which follows which.</summary>
/// <param name="Nodes">In the order of the plan.</param>
/// <param name="Edges">From a node to one that waits for it.</param>
internal sealed record GraphModel(IReadOnlyList<GraphNode> Nodes, IReadOnlyList<(string From, string To)> Edges);
