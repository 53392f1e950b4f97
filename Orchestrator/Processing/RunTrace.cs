using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orchestrator.Runs;
using Protos.V1;
using ServiceDefaults;

namespace Orchestrator.Processing;

/// <summary>A run's part of its trace while a replica has it in memory; there is one only when somebody listens.</summary>
/// <remarks>
/// <code>
///   the call that submitted it
///     ├─ invoke_workflow           this replica's, from the first event on
///     │    ├─ plan
///     │    └─ invoke_agent …       <see cref="Dispatch.AttemptTrace"/>; the agent's own spans below
///     └─ invoke_workflow           another's, or the same one's later; linked to the submitting call
/// </code>
/// </remarks>
internal sealed class RunTrace : IDisposable
{
    private static readonly ActivitySource Source = new("Orchestrator.Runs");
    private static readonly Meter Meter = new("Orchestrator.Runs");
    private static readonly Histogram<double> Duration = GenAi.Duration(Meter, "gen_ai.workflow.duration", "Duration of runs, from submission to end.");
    private readonly Dictionary<string, ActivityContext> _last = new(StringComparer.Ordinal);
    private readonly Activity _workflow;
    private Activity? _plan;

    private RunTrace(Activity workflow) => _workflow = workflow;

    /// <summary>The span that the run's work goes under.</summary>
    public Activity Workflow => _workflow;

    /// <summary>Starts the span of a run.</summary>
    /// <param name="state">After its first event.</param>
    /// <param name="resumed">Whether the run was in memory before, here or elsewhere.</param>
    /// <returns>Null: nobody listens, or the trace is not recorded.</returns>
    public static RunTrace? Open(RunState state, bool resumed)
    {
        if (!Source.HasListeners() || state.TraceId.Length != 32)
        {
            return null;
        }

        // A run that nobody's span led to has no root that is sure to be there: half its trace's id stands for it.
        if (!ActivityContext.TryParse(state.TraceParent, null, isRemote: true, out var parent))
        {
            parent = new ActivityContext(
                ActivityTraceId.CreateFromString(state.TraceId), ActivitySpanId.CreateFromString(state.TraceId.AsSpan(16)), ActivityTraceFlags.Recorded, isRemote: true);
        }

        var name = Name(state);
        var links = resumed ? [new ActivityLink(parent)] : (ActivityLink[]?)null;
        var workflow = Source.StartActivity($"{GenAi.InvokeWorkflow} {name}", ActivityKind.Internal, parent, links: links, startTime: resumed ? default : state.CreatedAt);
        if (workflow is null)
        {
            return null;
        }

        workflow.SetTag(GenAi.Operation, GenAi.InvokeWorkflow).SetTag(GenAi.WorkflowName, name)
            .SetTag(GenAi.ConversationId, state.RunId).SetTag(GenAi.Run, state.RunId).SetTag("agents.tenant", state.Submitted.Principal?.Tenant);
        if (resumed)
        {
            workflow.SetTag("agents.resumed", true).SetTag("agents.version", state.Version);
        }

        return new RunTrace(workflow);
    }

    /// <summary>Counts the duration of a run that has ended.</summary>
    public static void Ended(RunState state)
    {
        if (Duration.Enabled && state.EndedAt is { } end)
        {
            GenAi.Record(Duration, end - state.CreatedAt, GenAi.WorkflowName, Name(state), state.Status == State.Completed ? null : Outcome(state));
        }
    }

    /// <summary>Takes in what was stored.</summary>
    public void Observe(IReadOnlyList<RunEvent> events, RunState state)
    {
        foreach (var e in events)
        {
            switch (e.BodyCase)
            {
                case RunEvent.BodyOneofCase.PlanRequested:
                    _plan = Source.StartActivity($"{GenAi.Plan} {Name(state)}", ActivityKind.Internal, _workflow.Context, startTime: e.Time.ToDateTimeOffset());
                    _plan?.SetTag(GenAi.Operation, GenAi.Plan).SetTag(GenAi.AgentName, "orchestrator").SetTag(GenAi.Run, state.RunId);
                    break;
                case RunEvent.BodyOneofCase.PlanAccepted:
                    _plan?.SetTag("agents.plan.tasks", e.PlanAccepted.Plan.Tasks.Count).SetEndTime(e.Time.ToDateTime());
                    EndPlan();
                    break;
                case RunEvent.BodyOneofCase.PlanRejected:
                    _plan?.AddEvent(new ActivityEvent("plan rejected", e.Time.ToDateTimeOffset()));
                    break;
            }
        }
    }

    /// <summary>The span that a task's attempt goes under.</summary>
    public ActivityContext ParentOf(TaskKind kind) => kind == TaskKind.Plan && _plan is not null ? _plan.Context : _workflow.Context;

    /// <summary>The attempt before, for a link; then remembers the new one.</summary>
    /// <returns>Null: there was none, as far as this replica knows.</returns>
    public ActivityContext? Follow(string taskId, ActivityContext attempt)
    {
        lock (_last)
        {
            ActivityContext? before = _last.TryGetValue(taskId, out var known) ? known : null;
            _last[taskId] = attempt;
            return before;
        }
    }

    /// <summary>Ends the span: the run has ended, or leaves this replica's memory.</summary>
    public void Close(RunState state)
    {
        _workflow.SetTag("agents.status", States.Name(state.ShownStatus)).SetTag("agents.tasks", state.Tasks.Count);
        if (state.Status is State.Failed or State.Cancelled)
        {
            GenAi.Failed(_workflow, Outcome(state));
        }

        Dispose();
    }

    public void Dispose()
    {
        EndPlan();
        _workflow.Dispose();
    }

    private void EndPlan()
    {
        _plan?.Dispose();
        _plan = null;
    }

    private static string Name(RunState state) => state.PlanRequest?.Playbook is { Length: > 0 } playbook ? playbook : "free";

    private static string Outcome(RunState state) => state.Failure?.Code is { Length: > 0 } code ? code : States.Name(state.Status);
}
