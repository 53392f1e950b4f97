using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>Where tokens, money and attempts of a run went.</summary>
internal static class RunCosts
{
    public static RunCost Of(RunState state, DateTimeOffset now)
    {
        var cost = new RunCost
        {
            RunId = state.RunId,
            Total = state.Spent.Usage.Clone(),
            Reserved = new Reservation { Tokens = state.Spent.ReservedTokens, CostMicros = state.Spent.ReservedCost },
            Attempts = state.Spent.Attempts,
            Seconds = Seconds(state.CreatedAt, state.EndedAt ?? now),
            Budget = state.Budget,
        };
        cost.Short.Add(state.Spent.Warned);
        cost.Short.Add(state.SpentByAgents.SelectMany(agent => agent.Value.Warned.Select(resource => $"{agent.Key}: {resource}")));
        cost.Tasks.Add(state.Tasks.Where(task => task.Spent is not null).Select(task => Of(task, now))
            .OrderByDescending(task => task.Used.CostMicros).ThenByDescending(task => Tokens(task.Used)).ThenBy(task => task.TaskId, StringComparer.Ordinal));
        cost.Roles.Add(cost.Tasks.GroupBy(task => task.Role, StringComparer.Ordinal).Select(Sum)
            .OrderByDescending(role => role.Used.CostMicros).ThenByDescending(role => Tokens(role.Used)).ThenBy(role => role.Role, StringComparer.Ordinal));
        foreach (var role in cost.Roles)
        {
            role.Budget = state.Budget?.Agents.GetValueOrDefault(role.Role);
        }

        return cost;
    }

    /// <summary>What the run's own attempts have used; null: nothing.</summary>
    public static Usage? Own(RunState state)
    {
        var own = new Usage
        {
            InputTokens = state.Spent.Usage.InputTokens - state.SpentBelow.InputTokens,
            OutputTokens = state.Spent.Usage.OutputTokens - state.SpentBelow.OutputTokens,
            CostMicros = state.OwnCostMicros,
        };
        return own.CalculateSize() == 0 ? null : own;
    }

    private static TaskCost Of(TaskNode task, DateTimeOffset now) => new()
    {
        TaskId = task.Id,
        Title = task.Definition.Title,
        Role = task.Doer == Doer.Run ? task.Definition.SubRun.Playbook : task.Role,
        Attempts = task.Spent!.Attempts,
        Used = task.Spent.Usage.Clone(),
        Reserved = task.Reserved,
        Seconds = task.FirstStartedAt is { } first ? Seconds(first, task.EndedAt ?? now) : 0,
        ModelHint = task.ModelHint,
    };

    private static RoleCost Sum(IGrouping<string, TaskCost> tasks)
    {
        var sum = new RoleCost { Role = tasks.Key, Used = new Usage() };
        foreach (var task in tasks)
        {
            sum.Attempts += task.Attempts;
            sum.Seconds = Math.Round(sum.Seconds + task.Seconds, 3);
            sum.Used.InputTokens += task.Used.InputTokens;
            sum.Used.OutputTokens += task.Used.OutputTokens;
            sum.Used.CostMicros += task.Used.CostMicros;
        }

        return sum;
    }

    private static long Tokens(Usage usage) => usage.InputTokens + usage.OutputTokens;

    private static double Seconds(DateTimeOffset from, DateTimeOffset to) => Math.Round((to - from).TotalSeconds, 3);
}
