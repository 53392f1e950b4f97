using Orchestrator.Console.Parts;
using Protos.V1;

namespace Orchestrator.Console.Runs.History;

/// <summary>Where the time of one task went.</summary>
internal sealed class TaskTrack(string taskId)
{
    private const int MaxCalls = 200;
    private readonly List<TaskSpan> _spans = [];
    private int _calls;

    public string TaskId { get; } = taskId;

    /// <summary>In the order in which they began.</summary>
    public IReadOnlyList<TaskSpan> Spans => _spans;

    /// <summary>When the first began.</summary>
    public DateTimeOffset From => _spans.Count > 0 ? _spans[0].From : default;

    /// <summary>Takes in an event of the task.</summary>
    public void Add(RunEvent e, DateTimeOffset time)
    {
        switch (e.BodyCase)
        {
            case RunEvent.BodyOneofCase.TaskQueued:
            case RunEvent.BodyOneofCase.BudgetHeld:
                Begin(SpanKind.Queue, time, "in the queue");
                break;
            case RunEvent.BodyOneofCase.TaskStarted:
                Begin(SpanKind.Attempt, time, $"attempt {e.TaskStarted.Attempt} at {e.TaskStarted.InstanceName}");
                break;
            case RunEvent.BodyOneofCase.TaskOutput:
                End(time, true);
                break;
            case RunEvent.BodyOneofCase.AttemptFailed:
                End(time, false, e.AttemptFailed.Failure?.Code);
                break;
            case RunEvent.BodyOneofCase.ReviewRequested:
                Begin(SpanKind.Review, time, $"review, round {e.ReviewRequested.Round}");
                break;
            case RunEvent.BodyOneofCase.ReviewScored:
                End(time, e.ReviewScored.Verdict is "approved" or "accepted", $"score {e.ReviewScored.Score}, {e.ReviewScored.Verdict}");
                break;
            case RunEvent.BodyOneofCase.ApprovalRequested:
                Begin(SpanKind.Decision, time, "a person decides");
                break;
            case RunEvent.BodyOneofCase.ApprovalDecided:
                End(time, e.ApprovalDecided.Approved, e.ApprovalDecided.Approved ? "approved" : "rejected");
                break;
            case RunEvent.BodyOneofCase.WaitStarted:
                Begin(SpanKind.Clock, time, "waits");
                break;
            case RunEvent.BodyOneofCase.SubRunStarted:
                Begin(SpanKind.Run, time, $"run {e.SubRunStarted.RunId}");
                break;
            case RunEvent.BodyOneofCase.SubRunEnded:
                End(time, e.SubRunEnded.Status == State.Completed);
                break;
            case RunEvent.BodyOneofCase.ToolCalled:
                Call(SpanKind.Tool, time, e.ToolCalled.DurationMs, $"tool {e.ToolCalled.Tool}", e.ToolCalled.Ok);
                break;
            case RunEvent.BodyOneofCase.ModelCalled:
                Call(SpanKind.Model, time, e.ModelCalled.DurationMs, $"model {e.ModelCalled.Model}, {e.ModelCalled.Purpose}", e.ModelCalled.Outcome == "ok");
                break;
            case RunEvent.BodyOneofCase.WaitEnded:
            case RunEvent.BodyOneofCase.TaskCompleted:
            case RunEvent.BodyOneofCase.DiscussionRuled:
                End(time, true);
                break;
            case RunEvent.BodyOneofCase.TaskFailed:
            case RunEvent.BodyOneofCase.TaskCancelled:
            case RunEvent.BodyOneofCase.TaskSkipped:
                End(time);
                break;
            case RunEvent.BodyOneofCase.TaskExpanded:
                Begin(SpanKind.Run, time, Words.Count(e.TaskExpanded.Items.Count, "item"));
                break;
            case RunEvent.BodyOneofCase.DiscussionTurns when e.DiscussionTurns.Round == 1:
                Begin(SpanKind.Run, time, "discussion");
                break;
        }
    }

    /// <summary>Ends what goes on.</summary>
    public void End(DateTimeOffset time, bool? ok = null, string? more = null)
    {
        var last = _spans.FindLastIndex(span => span.To is null);
        if (last >= 0)
            _spans[last] = _spans[last] with { To = time, Ok = ok, Text = more is null ? _spans[last].Text : $"{_spans[last].Text}: {more}" };
    }

    private void Begin(SpanKind kind, DateTimeOffset time, string text)
    {
        End(time);
        _spans.Add(new TaskSpan(kind, time, null, text, null));
    }

    // Calls lie within an attempt, which goes on.
    private void Call(SpanKind kind, DateTimeOffset time, long milliseconds, string text, bool ok)
    {
        if (_calls++ < MaxCalls)
            _spans.Add(new TaskSpan(kind, time - TimeSpan.FromMilliseconds(milliseconds), time, text, ok));
    }
}
