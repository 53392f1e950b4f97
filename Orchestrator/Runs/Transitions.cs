using System.Collections.Frozen;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>
/// The two transition tables. <see cref="RunState.Apply"/> checks every change of status against them, so that a log
/// that breaks them is found when it is read, not when it is believed.
/// </summary>
internal static class Transitions
{
    private static readonly FrozenSet<(State From, State To)> RunTable = Table(
        (State.Unspecified, [State.Pending]),
        (State.Pending, [State.Planning, State.InProgress, State.Failed, State.Cancelled]),
        (State.Planning, [State.InProgress, State.Paused, State.Failed, State.Cancelled]),
        (State.InProgress, [State.Paused, State.Completed, State.Failed, State.Cancelled]),
        (State.Paused, [State.Planning, State.InProgress, State.Failed, State.Cancelled]));

    private static readonly FrozenSet<(State From, State To)> TaskTable = Table(
        (State.Pending, [State.Ready, State.Waiting, State.InProgress, State.Completed, State.Skipped, State.Failed, State.Cancelled]),
        (State.Ready, [State.InProgress, State.Waiting, State.Failed, State.Cancelled]),
        (State.Waiting, [State.Ready, State.InProgress, State.Completed, State.Skipped, State.Failed, State.Cancelled]),
        (State.InProgress, [State.Ready, State.Waiting, State.Review, State.Completed, State.Failed, State.Cancelled]),
        (State.Review, [State.Revision, State.Waiting, State.Completed, State.Failed, State.Cancelled]),
        (State.Revision, [State.InProgress, State.Waiting, State.Failed, State.Cancelled]));

    /// <summary>Whether nothing can follow: <c>COMPLETED</c>, <c>FAILED</c>, <c>CANCELLED</c> or <c>SKIPPED</c>.</summary>
    public static bool IsTerminal(this State state) =>
        state is State.Completed or State.Failed or State.Cancelled or State.Skipped;

    /// <summary>Whether a run may go from one status to another.</summary>
    public static bool RunMay(State from, State to) => RunTable.Contains((from, to));

    /// <summary>Whether a task may go from one status to another.</summary>
    public static bool TaskMay(State from, State to) => TaskTable.Contains((from, to));

    private static FrozenSet<(State, State)> Table(params (State From, State[] To)[] rows) =>
        rows.SelectMany(row => row.To.Select(to => (row.From, to))).ToFrozenSet();
}
