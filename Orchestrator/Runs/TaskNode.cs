using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>Why a task is there.</summary>
internal enum TaskKind
{
    /// <summary>Asks a planner for the plan.</summary>
    Plan,

    /// <summary>Stands in the plan.</summary>
    Work,

    /// <summary>Stands in the plan, and becomes one <see cref="Item"/> per item of a list.</summary>
    Foreach,

    /// <summary>One item of a <see cref="Foreach"/>.</summary>
    Item,

    /// <summary>Reviews the output of its parent.</summary>
    Review,

    /// <summary>A turn in the discussion that its parent is.</summary>
    Turn,

    /// <summary>A discussion about a finding that its parent contests.</summary>
    Dispute,
}

/// <summary>Who or what does a task.</summary>
internal enum Doer
{
    /// <summary>An agent of the task's role.</summary>
    Agent,

    /// <summary>A person decides.</summary>
    Person,

    /// <summary>A time passes.</summary>
    Clock,

    /// <summary>Another run.</summary>
    Run,

    /// <summary>Several agents that discuss it.</summary>
    Group,
}

/// <summary>What is to happen to a task as soon as the run may go on with it.</summary>
internal enum NextStep
{
    /// <summary>Nothing: it waits for something outside, or has ended.</summary>
    None,

    /// <summary>It begins, or begins again.</summary>
    Begin,

    /// <summary>The time it waits for has passed already.</summary>
    EndWait,

    /// <summary>Its fallback's value becomes its output.</summary>
    TakeValue,

    /// <summary>Its fallback is to skip it.</summary>
    Skip,

    /// <summary>Its fallback is to ask a person.</summary>
    Ask,
}

/// <summary>Where one task of a run stands. Changed by <see cref="RunState.Apply"/> only.</summary>
internal sealed class TaskNode(string id, TaskKind kind, PlannedTask definition, TaskNode? parent, int index)
{
    private List<TaskNode>? _dependents;

    public string Id { get; } = id;

    public TaskKind Kind { get; } = kind;

    public PlannedTask Definition { get; } = definition;

    /// <summary>The foreach of an item, the reviewed task of a review.</summary>
    public TaskNode? Parent { get; } = parent;

    /// <summary>Position among the items; -1 for others.</summary>
    public int Index { get; } = index;

    /// <summary>Position among the run's tasks, from 0.</summary>
    public int Ordinal { get; set; }

    public Doer Doer { get; } = kind is not (TaskKind.Work or TaskKind.Item or TaskKind.Dispute) ? Doer.Agent : definition.KindCase switch
    {
        PlannedTask.KindOneofCase.Approval => Doer.Person,
        PlannedTask.KindOneofCase.Wait => Doer.Clock,
        PlannedTask.KindOneofCase.SubRun => Doer.Run,
        PlannedTask.KindOneofCase.Discuss => Doer.Group,
        _ => Doer.Agent,
    };

    public State Status { get; set; } = State.Pending;

    /// <summary>The role whose agents do it now: the plan's, or that of its fallback.</summary>
    public string Role => OtherRole ?? Definition.Role;

    /// <summary>The role of the fallback that was taken; null: none was.</summary>
    public string? OtherRole { get; set; }

    /// <summary>Attempts so far, or runs made for it; the number of the current one.</summary>
    public int Attempt { get; set; }

    /// <summary>Failed attempts since the last output that was recorded, or since a fallback.</summary>
    public int Failures { get; set; }

    /// <summary>Refusals in a row, by instances without room: they are no attempts.</summary>
    public int Refusals { get; set; }

    public Failure? LastFailure { get; set; }

    public string InstanceId { get; set; } = "";

    public string InstanceName { get; set; } = "";

    public DateTimeOffset NotBefore { get; set; }

    public DateTimeOffset? FirstStartedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When the current attempt's time is up.</summary>
    public DateTimeOffset Deadline { get; set; }

    /// <summary>When the task's own time is up, all attempts, waits and reviews included; null: never, or it is not ready yet.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>Epoch under which the current attempt was recorded.</summary>
    public long Epoch { get; set; }

    /// <summary>The last event of the current attempt's stream that is recorded; 0: none.</summary>
    public long LastSeq { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>In the queue: READY, or REVISION and waiting for an instance.</summary>
    public bool Queued { get; set; }

    /// <summary>Belongs in the queue, but the run is paused.</summary>
    public bool Parked { get; set; }

    /// <summary>An attempt at an agent is going on.</summary>
    public bool Running { get; set; }

    public NextStep Next { get; set; }

    /// <summary>Dependencies that have not ended.</summary>
    public int OpenDependencies { get; set; }

    /// <summary>What waits for this task.</summary>
    public List<TaskNode> Dependents => _dependents ??= [];

    /// <summary>The recorded output; with <see cref="OutputRef"/>, only its fields that conditions and foreach need.</summary>
    public Struct? Output { get; set; }

    public ArtifactRef? OutputRef { get; set; }

    /// <summary>With <see cref="OutputRef"/>, what is said of the output in windows; empty: nothing.</summary>
    public string Extract { get; set; } = "";

    /// <summary>With <see cref="OutputRef"/>, tokens of the whole output; 0: not known.</summary>
    public int WholeTokens { get; set; }

    /// <summary>How much people had told the run when the attempt began.</summary>
    public int Guided { get; set; }

    /// <summary>Parts of the output that a language model wrote.</summary>
    public IReadOnlyList<string> ModelParts { get; set; } = [];

    /// <summary>Skills that the agent worked by.</summary>
    public IReadOnlyList<string> Skills { get; set; } = [];

    /// <summary>What the run that was made for it lacks.</summary>
    public IReadOnlyList<string> Missing { get; set; } = [];

    /// <summary>The run whose output it took over; empty: none.</summary>
    public string AdoptedFrom { get; set; } = "";

    /// <summary>The item that an <see cref="TaskKind.Item"/> is for.</summary>
    public Value? Item { get; set; }

    /// <summary>The items of a foreach; null before they are known.</summary>
    public List<TaskNode>? Items { get; set; }

    public int OpenItems { get; set; }

    public int FailedItems { get; set; }

    /// <summary>The first item that has not begun.</summary>
    public int NextItem { get; set; }

    /// <summary>Items that have begun and not ended.</summary>
    public int ActiveItems { get; set; }

    /// <summary>Whether it has begun, however: an item counts against <c>max_parallel</c> from here on.</summary>
    public bool Begun { get; set; }

    /// <summary>Rounds of review so far.</summary>
    public int Round { get; set; }

    /// <summary>Rounds before a fallback, which do not count against the gate.</summary>
    public int EarlierRounds { get; set; }

    public int? Score { get; set; }

    /// <summary>The review that sent the output back; null: none did.</summary>
    public Struct? Review { get; set; }

    public bool ReviewOpen { get; set; }

    /// <summary>What each round of review came to, oldest first.</summary>
    public IReadOnlyList<ReviewScored> Scores { get; set; } = [];

    /// <summary>Findings that its output contests, and that are not in dispute yet.</summary>
    public IReadOnlyList<Contest> Contested { get; set; } = [];

    /// <summary>Disputes about findings, oldest first; null: none.</summary>
    public List<TaskNode>? Disputes { get; set; }

    /// <summary>What was ruled in the first of <see cref="Disputes"/>.</summary>
    public IReadOnlyList<Ruling> Rulings { get; set; } = [];

    /// <summary>Whether a ruling on its present output asks for another one.</summary>
    public bool IsSentBack { get; set; }

    /// <summary>The decision that is waited for; null: none.</summary>
    public OpenApproval? Approval { get; set; }

    /// <summary>Whether a decision is waited for.</summary>
    public bool ApprovalOpen => Approval is not null;

    /// <summary>What is waited for: the time of a wait, or the next try of a run made for the task; null: none.</summary>
    public DateTimeOffset? Until { get; set; }

    /// <summary>The run made for it that has not ended; null: none.</summary>
    public SubRunStarted? SubRun { get; set; }

    /// <summary>The last run that was made for it; empty: none.</summary>
    public string SubRunId { get; set; } = "";

    /// <summary>The fallback that was taken last: <c>role</c>, <c>value</c>, <c>skip</c>, <c>ask</c>; empty: none.</summary>
    public string Fallback { get; set; } = "";

    /// <summary>Its fallback asked once and nobody answered: it is not asked again.</summary>
    public bool AskedInVain { get; set; }

    /// <summary>Context entries that the current attempt has written; they become visible with its result.</summary>
    public List<string>? Staged { get; set; }

    /// <inheritdoc cref="Staged"/>
    public IReadOnlyList<string> StagedKeys => Staged ?? [];

    /// <summary>What its attempts have used, and how many there were; null: none has begun.</summary>
    public Spending? Spent { get; set; }

    /// <summary>What is set aside for its attempt that is queued or running; null: nothing.</summary>
    public Reservation? Reserved { get; set; }

    /// <summary>Ready, and waits for others to give back what they have set aside.</summary>
    public bool BudgetHeld { get; set; }

    /// <summary>The model that its attempt is to use because a budget is short; empty: as configured.</summary>
    public string ModelHint { get; set; } = "";

    /// <summary>When the run's timers look at it next; null: never. Kept by <see cref="RunState"/>.</summary>
    public DateTimeOffset? WakeAt { get; set; }

    public double Progress { get; set; } = -1;

    public string ProgressMessage { get; set; } = "";

    public string Note { get; set; } = "";

    /// <summary>Seconds that it is expected to take in all; 0: unknown.</summary>
    public double Estimate { get; set; } = definition.Estimate;

    /// <summary>Whether its failure leaves the run going.</summary>
    /// <remarks>The failure of a review is its parent's; one whose turn fails abstains; a finding on which nothing is ruled stands.</remarks>
    public bool Optional => Kind is TaskKind.Review or TaskKind.Turn or TaskKind.Dispute
        || (Definition.Optional && Definition.Fallback?.KindCase != Protos.V1.Fallback.KindOneofCase.FailRun);

    /// <summary>Whether its output goes to review first.</summary>
    public bool HasGate => Definition.Review is not null && Doer == Doer.Agent && Kind is (TaskKind.Work or TaskKind.Item);

    public bool IsCurrent(int attempt) => Running && Attempt == attempt;
}
