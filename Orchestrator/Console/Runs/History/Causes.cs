using Protos.V1;

namespace Orchestrator.Console.Runs.History;

/// <summary>
/// Which event another follows from: of a task's, the one before it; of the first, the end of what it waited for last, or
/// what made the task; of the run's end, the end of the task that brought it about.
/// </summary>
internal sealed class Causes
{
    private readonly Dictionary<string, long> _lastOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _endOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _dependsOn = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _madeBy = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _partOf = new(StringComparer.Ordinal);
    private long _plan;
    private long _cancel;
    private long _lastEnd;

    /// <summary>The version of the cause of an event, which is the next of the log; 0: none, or not known.</summary>
    public long Of(RunEvent e, string taskId)
    {
        var cause = Find(e, taskId);
        Remember(e, taskId);
        return cause;
    }

    private long Find(RunEvent e, string taskId) => e.BodyCase switch
    {
        RunEvent.BodyOneofCase.PlanRequested => e.Version - 1,
        RunEvent.BodyOneofCase.PlanAccepted or RunEvent.BodyOneofCase.PlanRejected => _lastEnd > 0 ? _lastEnd : _plan,
        RunEvent.BodyOneofCase.RunFailed => e.RunFailed.TaskId.Length > 0 ? _lastOf.GetValueOrDefault(e.RunFailed.TaskId) : 0,
        RunEvent.BodyOneofCase.RunCompleted => _lastEnd,
        RunEvent.BodyOneofCase.RunCancelled => _cancel,
        RunEvent.BodyOneofCase.TaskCancelled => _cancel > 0 ? _cancel : _lastEnd,
        // What a review comes to follows from the review's own output.
        RunEvent.BodyOneofCase.ReviewScored => e.Version - 1,
        _ when taskId.Length == 0 => 0,
        _ when _lastOf.TryGetValue(taskId, out var last) => last,
        _ => First(taskId),
    };

    private long First(string taskId)
    {
        var cause = _dependsOn.GetValueOrDefault(taskId, []).Select(before => _endOf.GetValueOrDefault(before)).DefaultIfEmpty(0).Max();
        if (cause > 0)
            return cause;
        if (_madeBy.TryGetValue(taskId, out var made))
            return made;
        var slash = taskId.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && _madeBy.TryGetValue(taskId[..slash], out var expanded) ? expanded : _plan;
    }

    private void Remember(RunEvent e, string taskId)
    {
        switch (e.BodyCase)
        {
            case RunEvent.BodyOneofCase.PlanRequested:
                _plan = e.Version;
                break;
            case RunEvent.BodyOneofCase.PlanAccepted:
                _plan = e.Version;
                foreach (var task in e.PlanAccepted.Plan?.Tasks ?? [])
                {
                    _dependsOn[task.Id] = task.DependsOn;
                }

                break;
            case RunEvent.BodyOneofCase.RunCancelRequested:
                _cancel = e.Version;
                break;
            case RunEvent.BodyOneofCase.TaskExpanded:
                _madeBy[taskId] = e.Version;
                break;
            case RunEvent.BodyOneofCase.ReviewRequested:
                foreach (var review in e.ReviewRequested.ReviewTasks.Append(e.ReviewRequested.ReviewTask).OfType<PlannedTask>())
                {
                    Make(review.Id, taskId, e.Version);
                }

                break;
            case RunEvent.BodyOneofCase.DiscussionTurns:
                foreach (var turn in e.DiscussionTurns.Turns)
                {
                    Make(turn.Id, taskId, e.Version);
                }

                break;
            case RunEvent.BodyOneofCase.DisputeOpened when e.DisputeOpened.DisputeTask is { } dispute:
                Make(dispute.Id, taskId, e.Version);
                break;
        }

        if (taskId.Length == 0)
            return;
        _lastOf[taskId] = e.Version;
        if (e.BodyCase is RunEvent.BodyOneofCase.TaskOutput or RunEvent.BodyOneofCase.TaskCompleted or RunEvent.BodyOneofCase.TaskFailed or RunEvent.BodyOneofCase.TaskSkipped
            or RunEvent.BodyOneofCase.ReviewScored or RunEvent.BodyOneofCase.ApprovalDecided or RunEvent.BodyOneofCase.WaitEnded or RunEvent.BodyOneofCase.SubRunEnded
            or RunEvent.BodyOneofCase.DiscussionRuled or RunEvent.BodyOneofCase.TaskAdopted)
        {
            _endOf[taskId] = e.Version;
            _lastEnd = e.Version;
            // A foreach, or a reviewed task, goes on from what its part came to.
            if (_partOf.TryGetValue(taskId, out var whole) || (taskId.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 && (whole = taskId[..slash]) is not null))
                _lastOf[whole] = e.Version;
        }
    }

    private void Make(string taskId, string whole, long version)
    {
        _madeBy[taskId] = version;
        _partOf[taskId] = whole;
    }
}
