using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Dispatch;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Protos.V1;

namespace Agents.Testing;

/// <summary>Moves a test's clock on whenever all that is left of a run is waiting.</summary>
internal sealed class PlaybookClock(
    VirtualClock clock, IServiceProvider services, IReadOnlyDictionary<string, ScriptedAgent> agents, IReadOnlyDictionary<string, PlaybookTest.Decision> decisions)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly Principal Me = new() { Name = "local", Tenant = "local" };
    private readonly IRunEngine _engine = services.GetRequiredService<IRunEngine>();
    private readonly RunReader _reader = services.GetRequiredService<RunReader>();
    private readonly RunHost _host = services.GetRequiredService<RunHost>();
    private readonly Dispatcher _dispatcher = services.GetRequiredService<Dispatcher>();

    /// <summary>Waits, by the clock on the wall, until a condition holds.</summary>
    public static async Task UntilAsync(Func<bool> condition, Func<string> what)
    {
        using var late = new CancellationTokenSource(Patience);
        while (!condition())
        {
            if (late.IsCancellationRequested)
                throw new TimeoutException($"Not within {Patience.TotalSeconds} s: {what()}.");
            await Task.Delay(2, CancellationToken.None);
        }
    }

    /// <summary>Brings a run to its end.</summary>
    public async Task DriveAsync(string runId)
    {
        using var late = new CancellationTokenSource(Patience);
        while (true)
        {
            var look = new Look();
            await ReadAsync(runId, look);
            if (look.Ended)
                return;
            if (look.Due is { } due)
            {
                await _engine.DecideAsync(due, Me, CancellationToken.None);
            }
            else if (look.AtWork is null)
            {
                clock.AdvanceTo(look.Next ?? throw new InvalidOperationException($"The run waits for ever: {look.Asked ?? "nothing is left that could go on"}."));
            }
            else
            {
                if (late.IsCancellationRequested)
                    throw new TimeoutException($"The run made no end within {Patience.TotalSeconds} s; {look.AtWork}.");
                if (look.Overdue)
                    clock.Advance(Step);
                await Task.Delay(2, CancellationToken.None);
            }
        }
    }

    private async Task ReadAsync(string runId, Look look)
    {
        var now = clock.GetUtcNow();
        var children = await _reader.ReadAsync(runId, state => state is null ? null : Read(state, look, now), CancellationToken.None);
        if (children is null)
            look.AtWork = $"run {runId} is being made";
        foreach (var child in children ?? [])
        {
            var below = new Look();
            await ReadAsync(child, below);
            look.Overdue |= below.Overdue;
            look.AtWork ??= below.Ended ? $"the end of {child} is being recorded" : below.AtWork;
            look.Due ??= below.Due;
            look.Asked ??= below.Asked;
            look.At(below.Next);
        }
    }

    private List<string> Read(RunState state, Look look, DateTimeOffset now)
    {
        if (state.Status.IsTerminal())
        {
            look.Ended = true;
            return [];
        }

        if (state.WakeAt is { } wake)
            look.Waits(wake, now, "a time is up", isArmed: _host.WakeOf(state.RunId) == wake);
        foreach (var task in state.Tasks.Where(task => !task.Status.IsTerminal()))
        {
            if (task.Running)
                Running(state, task, look, now);
            else if (task.Status == State.Ready)
                Ready(state, task, look, now);
            else if (task.Approval is { } approval)
                Approval(state, task, approval, look, now);
            else if (task.SubRun is not null && task.SubRunId.Length == 0)
                look.AtWork = $"the run of task {task.Id} is being made";
        }

        // Between two steps nothing of it may be seen to be under way.
        if (look.Next is null && look.Asked is null && look.Due is null && !state.Tasks.Any(task => task.SubRun is not null))
            look.AtWork ??= $"run {state.RunId} is {state.ShownStatus}";
        return [.. state.Tasks.Where(task => task.SubRun is not null && task.SubRunId.Length > 0).Select(task => task.SubRunId)];
    }

    private void Running(RunState state, TaskNode task, Look look, DateTimeOffset now)
    {
        if (agents.TryGetValue(task.Role, out var agent) && agent.AsleepUntil(new AttemptName(state.RunId, task.Id, task.Attempt)) is { } until)
        {
            look.Waits(until, now, $"attempt {task.Attempt} at task {task.Id} is ending");
            look.Overdue |= until <= now;
        }
        else
        {
            look.AtWork = $"attempt {task.Attempt} at task {task.Id} goes on";
        }
    }

    private void Ready(RunState state, TaskNode task, Look look, DateTimeOffset now)
    {
        if (!agents.ContainsKey(task.Role))
            throw new InvalidOperationException($"Task {task.Id} wants an agent of role {task.Role}, and the test has none: test.Agent(\"{task.Role}\").On(\"{task.Definition.TaskType}\", …).");
        look.Waits(task.NotBefore, now, $"task {task.Id} is about to start", _dispatcher.IsLater(state.RunId, task.Id));
    }

    private void Approval(RunState state, TaskNode task, OpenApproval approval, Look look, DateTimeOffset now)
    {
        look.Asked ??= $"the decision of {task.Id} is made by nobody, test.Decide(\"{task.Id}\", …) would";
        if (!decisions.TryGetValue(task.Id, out var decision))
            return;
        if (approval.RequestedAt + decision.After is var at && at > now)
            look.At(at);
        else
            look.Due = new DecideApprovalRequest { RunId = state.RunId, TaskId = task.Id, Approved = decision.Approved, Comment = decision.Comment, RequestId = $"{task.Id}-{approval.RequestedAt.Ticks}" };
    }

    private sealed class Look
    {
        public bool Ended { get; set; }

        /// <summary>What goes on without the clock; null: nothing.</summary>
        public string? AtWork { get; set; }

        /// <summary>Whether an attempt is at its time limit: engine and agent give each other seconds then.</summary>
        public bool Overdue { get; set; }

        /// <summary>The next moment at which something happens.</summary>
        public DateTimeOffset? Next { get; private set; }

        /// <summary>A decision whose time has come.</summary>
        public DecideApprovalRequest? Due { get; set; }

        /// <summary>A decision that is waited for.</summary>
        public string? Asked { get; set; }

        public void At(DateTimeOffset? moment) => Next = Next is null || moment < Next ? moment ?? Next : Next;

        /// <param name="isArmed">Whether the timer is set: the log is a moment ahead of it, and a clock that moved in between would pass it by.</param>
        public void Waits(DateTimeOffset until, DateTimeOffset now, string what, bool isArmed = true)
        {
            if (until > now && isArmed)
                At(until);
            else
                AtWork = what;
        }
    }
}
