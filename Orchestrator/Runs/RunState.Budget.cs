using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What the run may use, what it has used, and who waits for the rest.</summary>
internal sealed partial class RunState
{
    private static readonly Usage s_nothing = new();
    private readonly Queue<TaskNode> _held = new();
    private readonly Queue<TaskNode> _settled = new();

    /// <summary>What the whole run may use; null: no limit.</summary>
    public Budget? Budget { get; private set; }

    /// <summary>What the run has used and set aside. In a task without any budget nothing is set aside.</summary>
    public Spending Spent { get; private set; } = new();

    /// <summary>What the agents of roles with a budget of their own have used and set aside; a role is there from its first attempt on.</summary>
    public SortedDictionary<string, Spending> SpentByAgents { get; } = new(StringComparer.Ordinal);

    /// <summary>What runs made for its tasks have used; in <see cref="Spent"/> too.</summary>
    public Usage SpentBelow { get; } = new();

    /// <summary>Tokens of its own attempts.</summary>
    public long OwnTokens => Spent.Tokens - SpentBelow.InputTokens - SpentBelow.OutputTokens;

    /// <summary>Cost of its own attempts.</summary>
    public long OwnCostMicros => Spent.Usage.CostMicros - SpentBelow.CostMicros;

    /// <summary>When 80 % of the run's time are over; null: it was said, or there is no such limit.</summary>
    public DateTimeOffset? WarnAt => Budget is { Seconds: > 0 and var seconds } && !Spent.Warned.Contains(Budgets.SecondsName)
        ? CreatedAt.AddSeconds(seconds * 0.8) : null;

    /// <summary>What agents of the task's role have used; null: they have no budget of their own.</summary>
    public Spending? AgentSpending(TaskNode task)
    {
        if (Budget is not { Agents.Count: > 0 } || task.Doer != Doer.Agent || !Budget.Agents.ContainsKey(task.Role))
        {
            return null;
        }

        if (!SpentByAgents.TryGetValue(task.Role, out var spent))
        {
            SpentByAgents[task.Role] = spent = new Spending();
        }

        return spent;
    }

    /// <summary>The first task that waits for its budgets; null: none.</summary>
    internal TaskNode? FirstHeld() => First(_held, task => task.BudgetHeld);

    /// <summary>A task with a budget of its own that has used something since it was looked at; null: none.</summary>
    internal TaskNode? FirstSettled(Func<TaskNode, bool> matters) => First(_settled, matters);

    private static TaskNode? First(Queue<TaskNode> queue, Func<TaskNode, bool> matters)
    {
        while (queue.TryPeek(out var task))
        {
            if (matters(task))
            {
                return task;
            }

            queue.Dequeue();
        }

        return null;
    }

    private void SetBudget()
    {
        Budget = BudgetRules.Tighter(Submitted.Budget, (Plan ?? PlanRequest?.Draft)?.Budget);
        var seconds = BudgetRules.Least(Submitted.TimeLimit, Budget?.Seconds ?? 0);
        Deadline = seconds > 0 ? CreatedAt.AddSeconds(seconds) : null;
    }

    private void OnBudgetHeld(BudgetHeld held)
    {
        var task = Task(held.TaskId);
        Begin(task);
        task.BudgetHeld = true;
        task.NotBefore = held.NotBefore?.ToDateTimeOffset() ?? UpdatedAt;
        task.Note = Budgets.Describe(held);
        _held.Enqueue(task);
    }

    private void OnBudgetWarned(BudgetWarned warned) =>
        (warned.TaskId.Length > 0 ? Task(warned.TaskId).Spent ??= new Spending() : warned.Role.Length > 0 ? SpentByAgents[warned.Role] : Spent).Warned.Add(warned.Resource);

    private void Reserve(TaskNode task, Reservation? reservation)
    {
        task.Reserved = reservation;
        if (reservation is not null)
        {
            Spent.Reserve(reservation);
            Spent.Enqueue(reservation);
            if (AgentSpending(task) is { } agent)
            {
                agent.Reserve(reservation);
                agent.Enqueue(reservation);
            }
        }
    }

    private void CountAttempt(TaskNode task)
    {
        (task.Spent ??= new Spending()).Attempts++;
        Spent.Attempts++;
        if (task.Reserved is not null)
        {
            Spent.Dequeue(task.Reserved);
        }

        if (AgentSpending(task) is { } agent)
        {
            agent.Attempts++;
            if (task.Reserved is not null)
            {
                agent.Dequeue(task.Reserved);
            }
        }
    }

    private void SettleFailed(TaskNode task, Failure failure)
    {
        if (!RetryRules.Counts(failure))
        {
            task.Spent!.Attempts--;
            Spent.Attempts--;
            if (AgentSpending(task) is { } agent)
            {
                agent.Attempts--;
            }
        }

        Settle(task, Budgets.UsedBy(task, failure));
    }

    /// <summary>An attempt has ended, or is not wanted any more: what was set aside is free, and what was used counts.</summary>
    /// <param name="usage">Null: not known.</param>
    private void Settle(TaskNode task, Usage? usage)
    {
        var agent = AgentSpending(task);
        if (task.Reserved is { } reserved)
        {
            Spent.Free(reserved);
            agent?.Free(reserved);
            if (!task.Running)
            {
                Spent.Dequeue(reserved);
                agent?.Dequeue(reserved);
            }

            usage ??= task.Running ? new Usage { InputTokens = reserved.Tokens, CostMicros = reserved.CostMicros } : s_nothing;
            task.Reserved = null;
        }

        if (usage is null || usage.Equals(s_nothing))
        {
            return;
        }

        (task.Spent ??= new Spending()).Add(usage);
        Spent.Add(usage);
        agent?.Add(usage);
        AddBelow(task, usage);
        if (task.Definition.Budget is not null)
        {
            _settled.Enqueue(task);
        }
    }

    private void AddBelow(TaskNode task, Usage usage)
    {
        if (task.Doer == Doer.Run)
        {
            SpentBelow.InputTokens += usage.InputTokens;
            SpentBelow.OutputTokens += usage.OutputTokens;
            SpentBelow.CostMicros += usage.CostMicros;
        }
    }

    private void RestoreSpending(TaskNode task)
    {
        if (task.Spent is { } spent)
        {
            Spent.Add(spent.Usage);
            AddBelow(task, spent.Usage);
            Spent.Attempts += spent.Attempts;
            if (task.Definition.Budget is not null)
            {
                _settled.Enqueue(task);
            }
        }

        if (task.Reserved is { } reserved)
        {
            var agent = AgentSpending(task);
            Spent.Reserve(reserved);
            agent?.Reserve(reserved);
            if (!task.Running)
            {
                Spent.Enqueue(reserved);
                agent?.Enqueue(reserved);
            }
        }

        if (task.BudgetHeld)
        {
            _held.Enqueue(task);
        }
    }

    private IEnumerable<AgentSpendingSnapshot> AgentSnapshots() => SpentByAgents.Select(agent => new AgentSpendingSnapshot
    {
        Role = agent.Key,
        Used = agent.Value.Usage,
        Attempts = agent.Value.Attempts,
        Warned = { agent.Value.Warned },
        Most = agent.Value.Most,
    });

    // Before the tasks, which bring what they have set aside.
    private void RestoreAgents(IEnumerable<AgentSpendingSnapshot> stored)
    {
        foreach (var agent in stored)
        {
            var spent = Spending.From(agent.Used ?? new Usage(), agent.Attempts, agent.Warned);
            spent.Most.MergeFrom(agent.Most ?? new Usage());
            SpentByAgents[agent.Role] = spent;
        }
    }
}
