using System.CommandLine;
using Cli.Display;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents cost RUN</c>: where tokens, money and attempts went.</summary>
internal static class CostCommand
{
    public static Command Create(CommonOptions common)
    {
        var run = new Argument<string>("run") { Description = "The run's id." };
        var command = new Command("cost", "Shows where tokens, money and attempts of a run went.") { run };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var response = await session.Client.GetRunCostAsync(new GetRunCostRequest { RunId = parsed.GetValue(run) }, cancellationToken: ct);
            if (session.Json)
            {
                session.WriteJson(response.Cost);
                return ExitCodes.Completed;
            }

            await WriteAsync(session.Output, response.Cost);
            return ExitCodes.Completed;
        }));
        return command;
    }

    internal static async Task WriteAsync(TextWriter output, RunCost cost)
    {
        var budget = cost.Budget ?? new Budget();
        var total = cost.Total ?? new Usage();
        await output.WriteLineAsync($"{cost.RunId}  {Of(total.InputTokens + total.OutputTokens, budget.Tokens)} tokens  {Money(total.CostMicros)}{(budget.CostMicros > 0 ? $" of {Money(budget.CostMicros)}" : "")}"
            + $"  {Of(cost.Attempts, budget.Attempts)} attempts  {Words.Duration(TimeSpan.FromSeconds(cost.Seconds))}{(budget.Seconds > 0 ? $" of {Words.Duration(TimeSpan.FromSeconds(budget.Seconds))}" : "")}");
        if (cost.Reserved is { } reserved && (reserved.Tokens > 0 || reserved.CostMicros > 0))
        {
            await output.WriteLineAsync($"Set aside for attempts that have not ended: {reserved.Tokens} tokens, {Money(reserved.CostMicros)}");
        }

        if (cost.Short.Count > 0)
        {
            await output.WriteLineAsync($"80 % used of: {string.Join(", ", cost.Short)}");
        }

        await output.WriteLineAsync();
        TextTable.Write(output, ["ROLE", "TRIES", "IN", "OUT", "COST", "TIME"], cost.Roles.Select(role => new[]
        {
            role.Role, $"{role.Attempts}", $"{role.Used.InputTokens}", $"{role.Used.OutputTokens}", Money(role.Used.CostMicros), Words.Duration(TimeSpan.FromSeconds(role.Seconds)),
        }));
        await output.WriteLineAsync();
        TextTable.Write(output, ["TASK", "ROLE", "TRIES", "IN", "OUT", "COST", "TIME", "MODEL"], cost.Tasks.Select(task => new[]
        {
            task.TaskId, task.Role, $"{task.Attempts}", $"{task.Used.InputTokens}", $"{task.Used.OutputTokens}", Money(task.Used.CostMicros),
            Words.Duration(TimeSpan.FromSeconds(task.Seconds)), task.ModelHint,
        }));
    }

    private static string Of(long used, long limit) => limit > 0 ? $"{used} of {limit}" : $"{used}";

    // Exactly, in units of the price table's currency.
    private static string Money(long micros) => (micros / 1_000_000m).ToString("0.00####", System.Globalization.CultureInfo.InvariantCulture);
}
