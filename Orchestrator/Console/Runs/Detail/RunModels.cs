using Google.Protobuf.WellKnownTypes;
using Orchestrator.Console.Runs.History;
using Protos.V1;

namespace Orchestrator.Console.Runs.Detail;

/// <summary>The parts of a run's page.</summary>
public enum RunTab
{
    /// <summary>The picture of the plan.</summary>
    Plan,

    /// <summary>All tasks.</summary>
    Tasks,

    /// <summary>Where the time went.</summary>
    Timeline,

    /// <summary>The log.</summary>
    History,

    /// <summary>Shared entries.</summary>
    Context,

    /// <summary>Where the money went.</summary>
    Cost,

    /// <summary>What it came to.</summary>
    Result,
}

/// <summary>A run, and what its header says of its failure.</summary>
/// <param name="Run">Without outputs.</param>
/// <param name="FailedTask">The task whose failure ended the run; empty: none.</param>
/// <param name="Trouble">What the system did about that task, oldest first.</param>
public sealed record RunHead(Run Run, string FailedTask, IReadOnlyList<HistoryRow> Trouble)
{
    /// <summary>Decisions that are waited for.</summary>
    public IReadOnlyList<ApprovalView> Approvals { get; init; } = [];
}

/// <summary>A part of a run's page with what it needs; what the part does not need is empty.</summary>
/// <param name="Head">The run.</param>
/// <param name="Tab">Which part.</param>
/// <param name="Open">For the plan: nodes whose members are shown.</param>
/// <param name="Rows">Events: of the history, or the last ones beside the plan.</param>
/// <param name="Total">Of how many events.</param>
/// <param name="Tracks">For the timeline: where the time of tasks went.</param>
/// <param name="Page">The page of tasks or of the timeline, from 0.</param>
/// <param name="Status">For the tasks: only these.</param>
/// <param name="Cost">For the cost.</param>
/// <param name="Spending">For the cost: what was used over time.</param>
/// <param name="Entries">For the context.</param>
/// <param name="Writes">For the context: events about entries.</param>
/// <param name="Result">For the result; null: there is none yet.</param>
public sealed record RunPart(
    RunHead Head, RunTab Tab, IReadOnlySet<string> Open, IReadOnlyList<HistoryRow> Rows, long Total, IReadOnlyList<(string TaskId, IReadOnlyList<TaskSpan> Spans)> Tracks,
    int Page, string Status, RunCost? Cost, IReadOnlyList<SpendPoint> Spending, IReadOnlyList<ContextEntry> Entries, IReadOnlyList<HistoryRow> Writes, RunResult? Result);

/// <summary>A task with all that is known of it.</summary>
/// <param name="Head">The run.</param>
/// <param name="Task">The task, with its output.</param>
/// <param name="Definition">As planned.</param>
/// <param name="Input">What it is given; before it begins, as the plan has it.</param>
/// <param name="Output">With what stands in artifacts; null: there is none yet.</param>
/// <param name="Events">Of this task, oldest first; of very many the last.</param>
/// <param name="Rows">The same in words.</param>
/// <param name="Spans">Where its time went.</param>
/// <param name="Children">Its items, reviews, turns and disputes.</param>
public sealed record TaskDetail(
    RunHead Head, TaskView Task, PlannedTask Definition, Struct Input, Value? Output, IReadOnlyList<RunEvent> Events, IReadOnlyList<HistoryRow> Rows, IReadOnlyList<TaskSpan> Spans, IReadOnlyList<TaskView> Children);
