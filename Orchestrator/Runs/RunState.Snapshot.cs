using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>The state to a snapshot and back.</summary>
internal sealed partial class RunState
{
    internal RunStateSnapshot ToSnapshot()
    {
        var request = PlanRequest;
        if (request is not null && Plan is not null)
        {
            request = new PlanRequested { Playbook = request.Playbook, Reason = request.Reason };
        }

        var snapshot = new RunStateSnapshot
        {
            RunId = RunId,
            Version = Version,
            TraceId = TraceId,
            TraceParent = TraceParent,
            Status = Status,
            Beneath = _beneath,
            CreatedAt = TaskSnapshots.Stamp(CreatedAt),
            UpdatedAt = TaskSnapshots.Stamp(UpdatedAt),
            EndedAt = TaskSnapshots.Stamp(EndedAt),
            Submitted = Submitted,
            PlanRequested = request,
            Plan = Plan,
            Failure = Failure,
            Completion = Completion,
            FatalTaskId = Fatal?.Id ?? "",
        };
        snapshot.RequestIds.Add(_requests);
        snapshot.Tasks.Add(_tasks.Select(TaskSnapshots.Of));
        snapshot.Considered.Add(_consider.Where(task => !task.Status.IsTerminal()).Select(task => task.Ordinal).Distinct());
        snapshot.Warned.Add(Spent.Warned);
        snapshot.MostUsed = Spent.Most;
        snapshot.Adoptable.Add(_adoptable.Values.SelectMany(items => items.Values).SelectMany(outputs => outputs));
        snapshot.ToolApprovals.Add(ToolSnapshots());
        snapshot.Agents.Add(AgentSnapshots());
        snapshot.Guidance.Add(GuidanceSnapshots());
        return snapshot;
    }

    internal static RunState From(RunStateSnapshot snapshot)
    {
        var state = new RunState
        {
            RunId = snapshot.RunId,
            Version = snapshot.Version,
            TraceId = snapshot.TraceId,
            TraceParent = snapshot.TraceParent,
            Status = snapshot.Status,
            _beneath = snapshot.Beneath,
            CreatedAt = TaskSnapshots.Time(snapshot.CreatedAt) ?? default,
            UpdatedAt = TaskSnapshots.Time(snapshot.UpdatedAt) ?? default,
            EndedAt = TaskSnapshots.Time(snapshot.EndedAt),
            Submitted = snapshot.Submitted ?? new RunSubmitted(),
            PlanRequest = snapshot.PlanRequested,
            Plan = snapshot.Plan,
            Failure = snapshot.Failure,
            Completion = snapshot.Completion,
        };
        state.Spent = Spending.From(new Usage(), 0, snapshot.Warned);
        state.SetBudget();
        state._requests.UnionWith(snapshot.RequestIds);
        state.RestoreAgents(snapshot.Agents);
        state.Restore(snapshot);
        state.RestoreTools(snapshot.ToolApprovals);
        state.RestoreGuidance(snapshot.Guidance);
        state.Spent.Most.MergeFrom(snapshot.MostUsed ?? new Usage());
        state.Fatal = state.Find(snapshot.FatalTaskId);
        foreach (var adopted in snapshot.Adoptable)
        {
            state.OnAdopted(adopted);
        }

        foreach (var ordinal in snapshot.Considered)
        {
            state._consider.Enqueue(state._tasks[ordinal]);
        }

        return state;
    }

    /// <summary>Takes events in; what is open then is offered anew by <see cref="Decide"/>, and nothing else is repeated.</summary>
    internal void Replay(IEnumerable<RunEvent> events)
    {
        foreach (var e in events)
        {
            Apply(e);
        }

        OfferAnew();
    }

    private void Restore(RunStateSnapshot snapshot)
    {
        var planned = Plan?.Tasks.ToDictionary(task => task.Id, StringComparer.Ordinal) ?? [];
        foreach (var stored in snapshot.Tasks)
        {
            var parent = stored.Parent > 0 ? _tasks[stored.Parent - 1] : null;
            var isItem = stored.Kind == (int)TaskKind.Item;
            var task = Add(TaskSnapshots.From(stored, stored.Definition ?? (isItem ? parent!.Definition : planned[stored.Id]), parent));
            if (isItem)
            {
                parent!.Items!.Add(task);
            }

            if (task is { Kind: TaskKind.Turn or TaskKind.Dispute, Parent: { } whole } && !task.Status.IsTerminal())
            {
                whole.OpenItems++;
            }

            if (task.Kind == TaskKind.Dispute)
            {
                (task.Parent!.Disputes ??= []).Add(task);
            }

            InFlight += (task.Running ? 1 : 0) + (task.SubRun is null ? 0 : 1);
            OpenApprovals += task.ApprovalOpen ? 1 : 0;
            TasksEnded += task.Status.IsTerminal() ? 1 : 0;
            _openPlanned += task.Kind is TaskKind.Work or TaskKind.Foreach && !task.Status.IsTerminal() ? 1 : 0;
            RestoreSpending(task);
            if (!task.Status.IsTerminal())
            {
                Arm(task);
            }
        }

        _neededFields = Plan is null ? _neededFields : PlanRules.NeededFields(Plan);
        HasWindows = Plan?.Tasks.Any(task => task.Window is not null) == true;
        foreach (var task in _tasks.Where(task => task.Kind is TaskKind.Work or TaskKind.Foreach))
        {
            Connect(task);
        }
    }

    // What follows from the other tasks.
    private void Connect(TaskNode task)
    {
        foreach (var name in task.Definition.DependsOn)
        {
            var dependency = Task(name);
            dependency.Dependents.Add(task);
            task.OpenDependencies += dependency.Status.IsTerminal() ? 0 : 1;
        }

        if (task.Items is { } items)
        {
            task.OpenItems = items.Count(item => !item.Status.IsTerminal());
            task.FailedItems = items.Count(item => item.Status == State.Failed);
            task.ActiveItems = items.Count(item => item.Begun && !item.Status.IsTerminal());
            SkipEndedItems(task);
        }
    }
}
