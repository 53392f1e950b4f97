using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>
/// All that follows from the log of one run. It is changed by <see cref="Apply"/> alone, in place (a run may have 10,000
/// tasks), and the same events always give the same state.
/// </summary>
internal sealed partial class RunState
{
    private readonly Dictionary<string, TaskNode> _byId = new(StringComparer.Ordinal);
    private readonly List<TaskNode> _tasks = [];
    private readonly HashSet<string> _requests = new(StringComparer.Ordinal);
    private readonly Queue<TaskNode> _consider = new();
    private readonly int[] _counts = new int[16];
    private Dictionary<string, HashSet<string>> _neededFields = new(StringComparer.Ordinal);
    private List<RunCommand> _commands = [];
    private int _openPlanned;
    private State _beneath;

    public string RunId { get; private set; } = "";

    /// <summary>Version of the last event; 0 before the first.</summary>
    public long Version { get; private set; }

    public State Status { get; private set; }

    public RunSubmitted Submitted { get; private set; } = new();

    public string TraceId { get; private set; } = "";

    /// <summary>W3C traceparent of the call that submitted it; empty: it was not traced.</summary>
    public string TraceParent { get; private set; } = "";

    public PlanRequested? PlanRequest { get; private set; }

    /// <summary>The accepted plan; null before there is one.</summary>
    public Plan? Plan { get; private set; }

    /// <summary>Whether a task of the plan is told of other tasks' outputs.</summary>
    public bool HasWindows { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>When the run's own time is up; null: never.</summary>
    public DateTimeOffset? Deadline { get; private set; }

    /// <summary>
    /// The next moment at which time alone changes something (<see cref="RunInput.Tick"/>); null: none. It may have
    /// passed already: one tick takes so many tasks and no more.
    /// </summary>
    public DateTimeOffset? WakeAt => Status.IsTerminal() ? null : OpenApproval.Earlier(OpenApproval.Earlier(Deadline, WarnAt), _timers.Min?.WakeAt);

    /// <summary>Attempts at agents, and runs made for tasks, that have not ended: somebody must follow them.</summary>
    public int InFlight { get; private set; }

    /// <summary>Decisions that are waited for.</summary>
    public int OpenApprovals { get; private set; }

    public Failure? Failure { get; private set; }

    /// <summary>Set on a completed run.</summary>
    public RunCompleted? Completion { get; private set; }

    /// <summary>In the order in which they came to be.</summary>
    public IReadOnlyList<TaskNode> Tasks => _tasks;

    /// <summary>A task whose failure ends the run; null: none.</summary>
    public TaskNode? Fatal { get; private set; }

    public bool PlanPending => Status == State.Planning && Plan is null && PlanRequest?.PlanningTask is null;

    /// <summary>Whether every task of the plan has ended.</summary>
    public bool AllEnded => Plan is not null && _openPlanned == 0;

    /// <summary>
    /// The status that people see: WAITING while nothing but decisions and times is waited for, REVIEW or REVISION while
    /// the last open work is there.
    /// </summary>
    public State ShownStatus
    {
        get
        {
            if (Status == State.InProgress && Count(State.Waiting) > 0
                && Count(State.Ready) + Count(State.InProgress) + Count(State.Review) + Count(State.Revision) == 0)
            {
                return State.Waiting;
            }

            var open = Count(State.Pending) + Count(State.Ready) + Count(State.InProgress) + Count(State.Waiting);
            return Status != State.InProgress || open > 0 || _tasks.Count == 0 ? Status
                : Count(State.Revision) > 0 ? State.Revision
                : Count(State.Review) > 0 ? State.Review
                : Status;
        }
    }

    /// <summary>Tasks that have ended, however.</summary>
    public int TasksEnded { get; private set; }

    public TaskNode? Find(string taskId) => _byId.GetValueOrDefault(taskId);

    /// <summary>0 to 9: the task's own, or the run's.</summary>
    public int PriorityOf(TaskNode task) => task.Definition.Priority ?? Submitted.Priority;

    /// <summary>Whether a request was done already.</summary>
    public bool HasDone(string requestId) => requestId.Length > 0 && _requests.Contains(requestId);

    /// <summary>
    /// The fields of a task's output that conditions and foreach of the plan look at. They are kept in the log even when
    /// the output itself is an artifact.
    /// </summary>
    public IReadOnlySet<string> NeededFields(string taskId) =>
        _neededFields.TryGetValue(Root(taskId), out var fields) ? fields : System.Collections.Immutable.ImmutableHashSet<string>.Empty;

    /// <summary>What a reference means now. A value that is in an artifact becomes <c>{"$artifact": id, "path": …}</c>.</summary>
    public Value Resolve(Reference reference, TaskNode? forTask)
    {
        // An item of a foreach, and a review of one, see the item.
        for (var at = forTask; at is not null && reference.Root is "item" or "index"; at = at!.Parent)
        {
            if (at!.Kind == TaskKind.Item)
            {
                return reference.Root == "index" ? Value.ForNumber(at.Index) : Values.Follow(at.Item!, reference.Path);
            }

            if (at.Parent is null)
            {
                return Values.Null;
            }
        }

        return reference.Root switch
        {
            "inputs" => Values.Follow(new Value { StructValue = Submitted.Inputs ?? new Struct() }, reference.Path),
            "request" => Value.ForString(Submitted.Request),
            "run" => reference.Path is ["id"] ? Value.ForString(RunId) : Values.Null,
            _ => Find(reference.Root) is { } task ? OutputOf(task, reference.Path) : Values.Null,
        };
    }

    private static Value OutputOf(TaskNode task, ReadOnlySpan<string> path)
    {
        if (task.Items is not null)
        {
            if (path.Length > 0 && int.TryParse(path[0], out var index))
            {
                return index < task.Items.Count ? OutputOf(task.Items[index], path[1..]) : Values.Null;
            }

            var list = new ListValue();
            foreach (var item in task.Items)
            {
                list.Values.Add(OutputOf(item, path));
            }

            return new Value { ListValue = list };
        }

        if ((task.Output is null && task.OutputRef is null) || task.Status == State.Failed)
        {
            return Values.Null;
        }

        if (task.OutputRef is not null && (path.IsEmpty || task.Output?.Fields.ContainsKey(path[0]) != true))
        {
            var marker = new Struct { Fields = { ["$artifact"] = Value.ForString(task.OutputRef.Id) } };
            if (!path.IsEmpty)
            {
                marker.Fields["path"] = Value.ForString(string.Join('.', path!));
            }

            return new Value { StructValue = marker };
        }

        return Values.Follow(new Value { StructValue = task.Output! }, path);
    }

    /// <summary>The next task that something may follow for; null: none.</summary>
    internal TaskNode? Considered(Func<TaskNode, bool> matters)
    {
        while (_consider.TryPeek(out var task))
        {
            if (matters(task))
            {
                return task;
            }

            _consider.Dequeue();
        }

        return null;
    }

    private int Count(State state) => _counts[(int)state];

    private static string Root(string taskId) => taskId.IndexOf('/') is var slash and >= 0 ? taskId[..slash] : taskId;
}
