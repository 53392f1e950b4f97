using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>Why a task is there.</summary>
internal enum TaskKind
{
    /// <summary>Asks a planner for the plan.</summary>
    Plan,

    /// <summary>Stands in the plan, and an agent does it.</summary>
    Work,

    /// <summary>Stands in the plan, and becomes one <see cref="Item"/> per item of a list.</summary>
    Foreach,

    /// <summary>One item of a <see cref="Foreach"/>.</summary>
    Item,

    /// <summary>Reviews the output of its parent.</summary>
    Review,
}

/// <summary>Where one task of a run stands. Changed by <see cref="RunState.Apply"/> only.</summary>
internal sealed class TaskNode(string id, TaskKind kind, PlannedTask definition, TaskNode? parent, int index)
{
    public string Id { get; } = id;

    public TaskKind Kind { get; } = kind;

    public PlannedTask Definition { get; } = definition;

    /// <summary>The foreach of an item, the reviewed task of a review.</summary>
    public TaskNode? Parent { get; } = parent;

    /// <summary>Position among the items; -1 for others.</summary>
    public int Index { get; } = index;

    public State Status { get; set; } = State.Pending;

    /// <summary>Attempts so far; the number of the current one.</summary>
    public int Attempt { get; set; }

    /// <summary>Failed attempts since the last output that was recorded.</summary>
    public int Failures { get; set; }

    public Failure? LastFailure { get; set; }

    public string InstanceId { get; set; } = "";

    public string InstanceName { get; set; } = "";

    public DateTimeOffset NotBefore { get; set; }

    public DateTimeOffset? FirstStartedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset Deadline { get; set; }

    /// <summary>Epoch under which the current attempt was recorded.</summary>
    public long Epoch { get; set; }

    /// <summary>The last event of the current attempt's stream that is recorded; 0: none.</summary>
    public long LastSeq { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>In the queue: READY, or REVISION and waiting for an instance.</summary>
    public bool Queued { get; set; }

    /// <summary>Dependencies that have not ended.</summary>
    public int OpenDependencies { get; set; }

    /// <summary>What waits for this task.</summary>
    public List<TaskNode> Dependents { get; } = [];

    /// <summary>The recorded output; with <see cref="OutputRef"/>, only its fields that conditions and foreach need.</summary>
    public Struct? Output { get; set; }

    public ArtifactRef? OutputRef { get; set; }

    /// <summary>The item that an <see cref="TaskKind.Item"/> is for.</summary>
    public Value? Item { get; set; }

    /// <summary>The items of a foreach; null before they are known.</summary>
    public List<TaskNode>? Items { get; set; }

    public int OpenItems { get; set; }

    public int FailedItems { get; set; }

    /// <summary>How many items were queued so far.</summary>
    public int QueuedItems { get; set; }

    /// <summary>Rounds of review so far.</summary>
    public int Round { get; set; }

    public int? Score { get; set; }

    /// <summary>The review that sent the output back; null: none did.</summary>
    public Struct? Review { get; set; }

    public bool ReviewOpen { get; set; }

    public double Progress { get; set; } = -1;

    public string ProgressMessage { get; set; } = "";

    public string Note { get; set; } = "";

    /// <summary>Seconds that it is expected to take in all; 0: unknown.</summary>
    public double Estimate { get; set; } = definition.Estimate;

    /// <summary>Whether its failure leaves the run going.</summary>
    /// <remarks>The failure of a review is its parent's.</remarks>
    public bool Optional => Kind == TaskKind.Review || Definition.Optional;

    /// <summary>Whether its output goes to review first.</summary>
    public bool HasGate => Definition.Review is not null && Kind is (TaskKind.Work or TaskKind.Item);

    public bool IsCurrent(int attempt) => Status == State.InProgress && Attempt == attempt && Kind != TaskKind.Foreach;
}
