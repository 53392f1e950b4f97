using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>Whether there is enough for another attempt, and what follows when there is not.</summary>
/// <remarks>
/// <code>
///   ready ─→ enough for one more? ─ yes → TaskQueued, so much is set aside ─→ the result says what was used
///                  │ no                                                              │ the rest is free again
///              BudgetHeld: waits ←───────────────────────────────────────────────────┘
///                  │ nobody has anything set aside any more
///                  └──→ what is declared: the run ends, or the task does (its fallback, or left out when it is optional)
/// </code>
/// Parallel attempts cannot use more than the limit together, unless one uses more than was set aside for it.
/// </remarks>
internal static class Budgets
{
    public const string Tokens = "tokens";
    public const string Cost = "cost";
    public const string AttemptsName = "attempts";
    public const string SecondsName = "seconds";
    public const string Degrade = "degrade";
    public const string Cheaper = "cheaper";
    private const string Run = "run";
    private const string Agent = "agent";
    private const string Task = "task";

    private readonly record struct Account(string Scope, string Resource, long Used, long Reserved, long Limit, Budget Terms)
    {
        public bool IsShort => Limit > 0 && Used >= Limit * 0.8;

        public bool Has(long wanted) => Limit == 0 || Used + Reserved + wanted <= Limit || (Reserved == 0 && Used < Limit);
    }

    /// <summary>Seconds from the moment that the task is ready to its end; 0: no end.</summary>
    public static int Seconds(TaskNode task) => BudgetRules.Least(task.Definition.Deadline, Own(task)?.Seconds ?? 0);

    /// <summary>What is set aside for the next attempt at a task; null: no budget counts it.</summary>
    /// <param name="pending">What the attempt before has used, as long as it does not count yet; null: it counts.</param>
    public static Reservation? Reservation(RunState state, TaskNode task, Usage? pending)
    {
        if (state.Budget is null && Own(task) is null)
        {
            return null;
        }

        var (tokens, cost) = Wanted(state, task);
        foreach (var account in Accounts(state, task, pending).Where(account => account.Limit > 0))
        {
            var free = Math.Max(0, account.Limit - account.Used - account.Reserved);
            (tokens, cost) = account.Resource switch { Tokens => (Math.Min(tokens, free), cost), Cost => (tokens, Math.Min(cost, free)), _ => (tokens, cost) };
        }

        return new Reservation { Tokens = tokens, CostMicros = cost };
    }

    /// <summary>What a failed attempt has used. Of one that was lost it is not known: it is charged what was set aside.</summary>
    public static Usage UsedBy(TaskNode task, Failure failure) => failure.Usage
        ?? (RetryRules.IsLoss(failure) && task.Reserved is { } reserved ? new Usage { InputTokens = reserved.Tokens, CostMicros = reserved.CostMicros } : new Usage());

    /// <summary>The model that the next attempt is to use; empty: as configured.</summary>
    public static string ModelHint(RunState state, TaskNode task) =>
        Hint(Own(task), task.Spent) is { Length: > 0 } own ? own
        : state.AgentSpending(task) is { } spent && Hint(state.Budget!.Agents[task.Role], spent) is { Length: > 0 } agents ? agents
        : Hint(state.Budget, state.Spent);

    /// <summary>Why a task is not queued now; null: it can be.</summary>
    /// <inheritdoc cref="Reservation"/>
    public static RunEvent? Refuse(RunState state, TaskNode task, DateTimeOffset? notBefore, Usage? pending)
    {
        if (state.Budget is null && Own(task) is null)
        {
            return null;
        }

        if (state.Budget?.WhenShort == Degrade && task.Definition.Optional && task.Status == State.Pending && state.Spent.Warned.Any(IsSpent))
        {
            var reason = $"Left out: the run has used 80 % of its {state.Spent.Warned.First(IsSpent)}.";
            return new RunEvent { TaskSkipped = new TaskSkipped { TaskId = task.Id, Reason = reason, OverBudget = true } };
        }

        if (state.AgentSpending(task) is { } agent && state.Budget!.Agents[task.Role].WhenShort == Degrade && task.Definition.Optional && task.Status == State.Pending
            && agent.Warned.Any(IsSpent))
        {
            var reason = $"Left out: agents of the role {task.Role} have used 80 % of their {agent.Warned.First(IsSpent)}.";
            return new RunEvent { TaskSkipped = new TaskSkipped { TaskId = task.Id, Reason = reason, OverBudget = true } };
        }

        return Shortage(state, task, pending) is not { } account ? null : new RunEvent
        {
            BudgetHeld = new BudgetHeld
            {
                TaskId = task.Id,
                Scope = account.Scope,
                Resource = account.Resource,
                Used = account.Used,
                Reserved = account.Reserved,
                Limit = account.Limit,
                Role = account.Scope == Agent ? task.Role : "",
                NotBefore = notBefore is { } moment ? Timestamp.FromDateTimeOffset(moment) : null,
            },
        };
    }

    /// <summary>80 % of a budget are used, and nobody said so; null: of none.</summary>
    public static RunEvent? Warning(RunState state)
    {
        if (state.Budget is not null && Accounts(state, null, null).Where(account => account.IsShort && !state.Spent.Warned.Contains(account.Resource)).Select(Box).FirstOrDefault() is { } low)
        {
            return Warned(low, "");
        }

        if (state.Budget is { Agents.Count: > 0 } && ShortOfAgents(state) is { } warned)
        {
            return warned;
        }

        return state.FirstSettled(task => ShortOf(task) is not null) is { } spender ? Warned(ShortOf(spender)!.Value, spender.Id) : null;
    }

    private static RunEvent? ShortOfAgents(RunState state)
    {
        foreach (var (role, spent) in state.SpentByAgents)
        {
            if (Accounts(state.Budget!.Agents[role], spent, null, null).Where(account => account.IsShort && !spent.Warned.Contains(account.Resource)).Select(Box).FirstOrDefault() is { } scarce)
            {
                return Warned(scarce, "", role);
            }
        }

        return null;
    }

    /// <summary>What follows for the first task that waits for its budgets; null: nothing.</summary>
    public static RunEvent? Next(RunState state) => state.FirstHeld() is { } held ? Follow(state, held) : null;

    /// <summary>The run's time is up, and it was its budget's; null: it was not.</summary>
    public static Failure? RunTimeIsUp(RunState state) => state.Budget is { Seconds: > 0 and var seconds } && BudgetRules.Least(state.Submitted.TimeLimit, seconds) == seconds
        ? Exhausted($"The run's budget of {seconds} s is used up.") : null;

    /// <summary>The task's time is up, and it was its budget's; null: it was not.</summary>
    public static Failure? TaskTimeIsUp(TaskNode task) => Own(task) is { Seconds: > 0 and var seconds } && Seconds(task) == seconds && task.Definition.Deadline != seconds
        ? Exhausted($"The task's budget of {seconds} s is used up.") : null;

    /// <summary>80 % of the run's time are over.</summary>
    public static RunEvent SecondsWarning(RunState state, DateTimeOffset now) =>
        Warned(new Account(Run, SecondsName, (long)(now - state.CreatedAt).TotalSeconds, 0, state.Budget!.Seconds, state.Budget), "");

    /// <summary>For people.</summary>
    public static string Describe(BudgetHeld held) =>
        $"Waits for the {(held.Role.Length > 0 ? $"{held.Role} {held.Scope}" : held.Scope)}'s {held.Resource}: {held.Used} of {held.Limit} used{(held.Reserved > 0 ? $", {held.Reserved} set aside for others" : "")}.";

    private static RunEvent? Follow(RunState state, TaskNode task)
    {
        if (task is { Kind: TaskKind.Review, Parent.Status: not State.Review })
        {
            return new RunEvent { TaskCancelled = new TaskCancelled { TaskId = task.Id } };
        }

        if (Shortage(state, task, null) is not { } account)
        {
            return Outcomes.Queued(state, task, task.NotBefore);
        }

        if (account.Reserved > 0)
        {
            return null; // others give back what they do not need
        }

        var failure = Exhausted($"The {(account.Scope == Agent ? $"{task.Role} agent" : account.Scope)}'s budget is used up: {account.Used} of {account.Limit} {account.Resource}.");
        if (account.Scope == Run && account.Terms.WhenShort != Degrade)
        {
            return new RunEvent { RunFailed = new RunFailed { TaskId = task.Id, Failure = failure } };
        }

        return Fallbacks.Ending(task.Kind == TaskKind.Review ? task.Parent! : task, failure);
    }

    // A run that was made for the task keeps the budget itself.
    private static Budget? Own(TaskNode task) => task.Doer == Doer.Agent && task.Kind is TaskKind.Work or TaskKind.Item ? task.Definition.Budget : null;

    private static Account? Shortage(RunState state, TaskNode task, Usage? pending)
    {
        var (tokens, cost) = Wanted(state, task);
        foreach (var account in Accounts(task, pending))
        {
            if (!account.Has(1))
            {
                return account;
            }
        }

        foreach (var account in Accounts(state, task, pending))
        {
            if (!account.Has(account.Resource switch { Tokens => tokens, Cost => cost, _ => 1 }))
            {
                return account;
            }
        }

        return null;
    }

    private static (long Tokens, long Cost) Wanted(RunState state, TaskNode task)
    {
        var (own, run, used) = (Own(task), state.Budget, task.Spent);
        if (state.AgentSpending(task) is { } spent && run!.Agents[task.Role] is var agent)
        {
            // A role's budget is tighter than the run's for its agents: what it says goes first.
            return (
                Wanted(own?.ReserveTokens ?? 0, own?.Tokens ?? 0, used?.Tokens ?? 0, agent.ReserveTokens > 0 ? agent.ReserveTokens : run.ReserveTokens, agent.Tokens > 0 ? agent.Tokens : run.Tokens, spent.Most.InputTokens),
                Wanted(own?.ReserveCostMicros ?? 0, own?.CostMicros ?? 0, used?.Usage.CostMicros ?? 0, agent.ReserveCostMicros > 0 ? agent.ReserveCostMicros : run.ReserveCostMicros, agent.CostMicros > 0 ? agent.CostMicros : run.CostMicros, spent.Most.CostMicros));
        }

        return (
            Wanted(own?.ReserveTokens ?? 0, own?.Tokens ?? 0, used?.Tokens ?? 0, run?.ReserveTokens ?? 0, run?.Tokens ?? 0, state.Spent.Most.InputTokens),
            Wanted(own?.ReserveCostMicros ?? 0, own?.CostMicros ?? 0, used?.Usage.CostMicros ?? 0, run?.ReserveCostMicros ?? 0, run?.CostMicros ?? 0, state.Spent.Most.CostMicros));
    }

    private static long Wanted(long ownReserve, long ownLimit, long ownUsed, long runReserve, long runLimit, long most) =>
        ownReserve > 0 ? ownReserve
        : ownLimit > 0 ? Math.Max(1, ownLimit - ownUsed)
        : runReserve > 0 ? runReserve
        : runLimit > 0 ? Math.Max(Math.Max(1, runLimit / 10), most)
        : 0;

    private static IEnumerable<Account> Accounts(RunState state, TaskNode? task, Usage? pending)
    {
        if (state.Budget is { } budget)
        {
            var (spent, own) = (state.Spent, pending is null ? null : task?.Reserved);
            yield return new Account(Run, Tokens, spent.Tokens + Sum(pending), spent.ReservedTokens - (own?.Tokens ?? 0), budget.Tokens, budget);
            yield return new Account(Run, Cost, spent.Usage.CostMicros + (pending?.CostMicros ?? 0), spent.ReservedCost - (own?.CostMicros ?? 0), budget.CostMicros, budget);
            yield return new Account(Run, AttemptsName, spent.Attempts, spent.Queued, budget.Attempts, budget);
            if (task is not null && state.AgentSpending(task) is { } agent)
            {
                foreach (var account in Accounts(budget.Agents[task.Role], agent, own, pending))
                {
                    yield return account;
                }
            }
        }
    }

    // Of all agents of a role.
    private static IEnumerable<Account> Accounts(Budget budget, Spending spent, Reservation? own, Usage? pending)
    {
        yield return new Account(Agent, Tokens, spent.Tokens + Sum(pending), spent.ReservedTokens - (own?.Tokens ?? 0), budget.Tokens, budget);
        yield return new Account(Agent, Cost, spent.Usage.CostMicros + (pending?.CostMicros ?? 0), spent.ReservedCost - (own?.CostMicros ?? 0), budget.CostMicros, budget);
        yield return new Account(Agent, AttemptsName, spent.Attempts, spent.Queued, budget.Attempts, budget);
    }

    private static IEnumerable<Account> Accounts(TaskNode task, Usage? pending)
    {
        if (Own(task) is { } budget)
        {
            yield return new Account(Task, Tokens, (task.Spent?.Tokens ?? 0) + Sum(pending), 0, budget.Tokens, budget);
            yield return new Account(Task, Cost, (task.Spent?.Usage.CostMicros ?? 0) + (pending?.CostMicros ?? 0), 0, budget.CostMicros, budget);
            yield return new Account(Task, AttemptsName, task.Spent?.Attempts ?? 0, 0, budget.Attempts, budget);
        }
    }

    private static long Sum(Usage? usage) => usage is null ? 0 : usage.InputTokens + usage.OutputTokens;

    private static Account? ShortOf(TaskNode task) =>
        Accounts(task, null).Where(account => account.IsShort && !task.Spent!.Warned.Contains(account.Resource)).Select(Box).FirstOrDefault();

    private static Account? Box(Account account) => account;

    private static RunEvent Warned(Account account, string taskId, string role = "") => new()
    {
        BudgetWarned = new BudgetWarned
        {
            Scope = account.Scope,
            TaskId = taskId,
            Role = role,
            Resource = account.Resource,
            Used = account.Used,
            Limit = account.Limit,
            Action = account.Resource != SecondsName && account.Terms.WhenShort.Length > 0 ? account.Terms.WhenShort : "stop",
        },
    };

    private static string Hint(Budget? budget, Spending? spent) =>
        budget?.WhenShort == Cheaper && spent?.Warned.Any(IsSpent) == true ? budget.CheaperModel.Length > 0 ? budget.CheaperModel : Cheaper : "";

    private static bool IsSpent(string resource) => resource != SecondsName;

    private static Failure Exhausted(string message) =>
        new() { Code = FailureCodes.BudgetExhausted, Message = message, FailureClass = FailureClass.Permanent };
}
