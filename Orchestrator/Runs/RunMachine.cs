using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>
/// The core: what happens to a run gives events, and events give what is to be done.
/// </summary>
/// <remarks>
/// <code>
///   input ─→ Handle ─→ events ─→ Apply ─→ state ─→ Consequences ─→ events … ─→ Decide ─→ commands
///             1 the input's own    2 in place       3 what follows by itself:    4 what to do outside
///               events or a refusal                   ready tasks, expanded foreach,
///                                                     reviews, the end of the run
/// </code>
/// No I/O, no clock, no randomness: the same state, input and time give the same events. The processor around it
/// (<c>Processing/RunProcessor</c>) stores the events of a step in one append, then acts on the commands.
/// </remarks>
internal static class RunMachine
{
    /// <summary>Steps 1 to 3: applies all that an input leads to.</summary>
    /// <param name="state">Changed in place.</param>
    /// <param name="into">Gets the events, with version, time, run and trace set.</param>
    /// <returns>Null, or why the input changed nothing.</returns>
    public static Refusal? Step(RunState state, string runId, RunInput input, DateTimeOffset now, List<RunEvent> into)
    {
        var events = new List<RunEvent>(4);
        if (Handle(state, input, now, events) is { } refusal)
        {
            return refusal;
        }

        var requestId = RequestId(input);
        var traceId = input is RunInput.Submit first ? first.TraceId : state.TraceId;
        var time = Timestamp.FromDateTimeOffset(now);
        if (input is RunInput.Submit { TraceParent: { Length: > 0 } parent })
        {
            events[0].TraceParent = parent;
        }

        foreach (var e in events)
        {
            e.RequestId = requestId;
            Take(e);
        }

        while (Consequences.Next(state, now) is { } e)
        {
            Take(e);
        }

        return null;

        void Take(RunEvent e)
        {
            e.Version = state.Version + 1;
            e.Time = time;
            e.RunId = runId;
            e.TraceId = traceId;
            state.Apply(e);
            into.Add(e);
        }
    }

    /// <summary>Step 1: the events of the input itself. The state is only read.</summary>
    public static Refusal? Handle(RunState state, RunInput input, DateTimeOffset now, List<RunEvent> events)
    {
        if (input is RunInput.Submit submit)
        {
            if (state.Version > 0)
            {
                return new Refusal("ALREADY_EXISTS", "The run exists already.");
            }

            return OnSubmit(submit, events);
        }

        if (state.HasDone(RequestId(input)))
        {
            return null; // done once, answered alike
        }

        if (state.Status.IsTerminal())
        {
            return new Refusal("RUN_ENDED", $"The run has ended: {state.Status}.");
        }

        return input switch
        {
            RunInput.Cancel cancel => OnCancel(cancel, events),
            RunInput.Pause pause => OnPause(state, pause, events),
            RunInput.Resume resume => OnResume(state, resume, events),
            RunInput.Guide guide => Guidance.OnGuide(state, guide, events),
            RunInput.Decide decide => ToolApprovals.TryDecide(state, decide, events, out var refusal) ? refusal : Approvals.OnDecide(state, decide, now, events),
            RunInput.ToolDecision decision => OnToolDecision(state, decision, events),
            RunInput.SubRunEnd end => SubRuns.OnEnd(state, end, now, events),
            RunInput.Stage stage => OnCurrent(state, stage.TaskId, stage.Attempt, _ => events.Add(new RunEvent
            {
                ContextStaged = new ContextStaged { TaskId = stage.TaskId, Attempt = stage.Attempt, Key = stage.Key, Size = stage.Size },
            })),
            RunInput.Resolve resolve => OnCurrent(
                state, resolve.Record.TaskId, resolve.Record.Attempt, _ => events.Add(new RunEvent { ContextResolved = resolve.Record.Clone() })),
            RunInput.Assign assign => OnAssign(state, assign, now, events),
            RunInput.Progress progress => OnCurrent(state, progress.TaskId, progress.Attempt, _ => events.Add(new RunEvent
            {
                TaskProgressed = new TaskProgressed
                {
                    TaskId = progress.TaskId,
                    Attempt = progress.Attempt,
                    Fraction = progress.Fraction,
                    Message = progress.Message,
                    Seq = progress.Seq,
                },
            })),
            RunInput.ToolUsed used => OnCurrent(state, used.TaskId, used.Attempt, _ => events.Add(new RunEvent
            {
                ToolCalled = new ToolCalled
                {
                    TaskId = used.TaskId,
                    Attempt = used.Attempt,
                    Tool = used.Call.Tool,
                    Arguments = used.Call.Arguments,
                    Ok = used.Call.Ok,
                    Summary = used.Call.Summary,
                    DurationMs = used.Call.DurationMs,
                    Seq = used.Seq,
                },
            })),
            RunInput.ModelUsed used => OnCurrent(state, used.TaskId, used.Attempt, task => events.Add(Outcomes.Called(task, used))),
            RunInput.Succeed succeed => OnCurrent(state, succeed.TaskId, succeed.Attempt, task => Outcomes.OnSucceed(state, task, succeed, now, events)),
            RunInput.Fail fail => OnCurrent(state, fail.TaskId, fail.Attempt, task => Outcomes.OnFail(state, task, fail.Failure, fail.Health, now, events)),
            RunInput.Hold hold => OnQueued(state, hold.TaskId, task =>
            {
                if (task.Note != hold.Reason)
                {
                    events.Add(new RunEvent { TaskHeld = new TaskHeld { TaskId = task.Id, Reason = hold.Reason } });
                }
            }),
            RunInput.GiveUp giveUp => OnQueued(state, giveUp.TaskId, task => Outcomes.EndBadly(state, task, giveUp.Failure, events)),
            RunInput.Tick => OnTick(state, now, events),
            _ => throw new ArgumentOutOfRangeException(nameof(input), input, "Not an input of this release."),
        };
    }

    private static string RequestId(RunInput input) => input switch
    {
        RunInput.Submit submit => submit.RequestId,
        RunInput.Cancel cancel => cancel.RequestId,
        RunInput.Pause pause => pause.RequestId,
        RunInput.Resume resume => resume.RequestId,
        RunInput.Guide guide => guide.RequestId,
        RunInput.Decide decide => decide.RequestId,
        _ => "",
    };

    private static Refusal? OnSubmit(RunInput.Submit submit, List<RunEvent> events)
    {
        events.Add(new RunEvent { RunSubmitted = submit.Submitted });
        events.Add(new RunEvent { PlanRequested = submit.Plan });
        if (submit.Adopted.Count == 0)
        {
            return null;
        }

        if (submit.Plan.PlanningTask is not null)
        {
            return new Refusal("INVALID_INPUT", "A run that takes over outputs comes with its plan; it cannot ask a planner for one.");
        }

        // What is taken over stands before anything begins.
        events.Add(Consequences.AcceptDraft(submit.Plan));
        var tasks = submit.Plan.Draft.Tasks.ToDictionary(task => task.Id, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var adopted in submit.Adopted)
        {
            var slash = adopted.TaskId.IndexOf('/', StringComparison.Ordinal);
            var isItem = slash > 0 && adopted.Items.Count == 1;
            if (tasks.TryGetValue(isItem ? adopted.TaskId[..slash] : adopted.TaskId, out var task)
                && task.Foreach.Length > 0 == isItem && seen.Add(adopted.TaskId))
            {
                events.Add(new RunEvent { TaskAdopted = adopted });
            }
        }

        return null;
    }

    private static Refusal? OnCancel(RunInput.Cancel cancel, List<RunEvent> events)
    {
        events.Add(new RunEvent { RunCancelRequested = new RunCancelRequested { Principal = cancel.Principal, Reason = cancel.Reason } });
        events.Add(new RunEvent { RunCancelled = new RunCancelled { Reason = cancel.Reason } });
        return null;
    }

    // A run that is paused already, or goes on already, is as it was asked to be.
    private static Refusal? OnPause(RunState state, RunInput.Pause pause, List<RunEvent> events)
    {
        if (state.Status != State.Paused)
        {
            events.Add(new RunEvent { RunPaused = new RunPaused { Principal = pause.Principal, Reason = pause.Reason } });
        }

        return null;
    }

    private static Refusal? OnResume(RunState state, RunInput.Resume resume, List<RunEvent> events)
    {
        if (state.Status == State.Paused)
        {
            events.Add(new RunEvent { RunResumed = new RunResumed { Principal = resume.Principal } });
        }

        return null;
    }

    private static Refusal? OnTick(RunState state, DateTimeOffset now, List<RunEvent> events)
    {
        Timers.OnTick(state, now, events);
        return null;
    }

    private static Refusal? OnAssign(RunState state, RunInput.Assign assign, DateTimeOffset now, List<RunEvent> events) => OnQueued(state, assign.TaskId, task =>
    {
        events.Add(new RunEvent
        {
            TaskStarted = new TaskStarted
            {
                TaskId = task.Id,
                Attempt = task.Attempt + 1,
                InstanceId = assign.InstanceId,
                InstanceName = assign.InstanceName,
                Epoch = assign.Epoch,
                Deadline = Timestamp.FromDateTimeOffset(assign.Deadline),
            },
        });
        if ((task.Definition.Window is not null || state.Guidance.Count > 0)
            && Windows.Of(state, task, Template.Fill(task.Definition.Input ?? new Struct(), reference => state.Resolve(reference, task)), now, state.Guidance.Count) is { } window)
        {
            events.Add(Windows.Record(task, task.Attempt + 1, window));
        }
    });

    private static Refusal? OnCurrent(RunState state, string taskId, int attempt, Action<TaskNode> then)
    {
        if (state.Find(taskId) is not { } task || !task.IsCurrent(attempt))
        {
            return new Refusal("STALE_ATTEMPT", $"Attempt {attempt} at '{taskId}' is not the one that is running.");
        }

        then(task);
        return null;
    }

    private static Refusal? OnToolDecision(RunState state, RunInput.ToolDecision decision, List<RunEvent> events)
    {
        Refusal? refusal = null;
        return OnCurrent(state, decision.Decided.TaskId, decision.Decided.Attempt, task => refusal = ToolApprovals.OnDecision(state, task, decision, events)) ?? refusal;
    }

    private static Refusal? OnQueued(RunState state, string taskId, Action<TaskNode> then)
    {
        if (state.Find(taskId) is not { Queued: true } task)
        {
            return new Refusal("NOT_QUEUED", $"'{taskId}' is not in the queue.");
        }

        then(task);
        return null;
    }
}
