using System.CommandLine;
using System.Globalization;
using Cli.Display;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents metrics</c>: how agents do.</summary>
internal static class MetricsCommand
{
    public static Command Create(CommonOptions common)
    {
        var role = new Option<string?>("--role") { Description = "Only this role." };
        var instances = new Option<bool>("--instances") { Description = "Each instance too." };
        var command = new Command("metrics", "Tells how agents do: tasks, times, first approvals, issues, accuracy.") { role, instances };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var response = await session.Client.GetAgentMetricsAsync(new GetAgentMetricsRequest { Role = parsed.GetValue(role) ?? "" }, cancellationToken: ct);
            if (session.Json)
            {
                session.WriteJson(response);
                return ExitCodes.Completed;
            }

            await WriteAsync(session.Output, response, parsed.GetValue(instances));
            return ExitCodes.Completed;
        }));
        return command;
    }

    private static async Task WriteAsync(TextWriter output, GetAgentMetricsResponse response, bool instances)
    {
        var whole = response.Orchestrator ?? new OrchestratorFigures();
        await output.WriteLineAsync($"{response.Runs} runs  {whole.TasksDelegated} tasks delegated"
            + $"{(whole.AvgDecompositionSeconds is { } time ? $"  decomposition {Words.Duration(TimeSpan.FromSeconds(time))}" : "")}  {whole.ConflictResolutions} conflicts resolved");
        await output.WriteLineAsync();
        TextTable.Write(output, ["ROLE", "DELEGATED", "COMPLETED", "FAILED", "AVG TIME", "FIRST APPROVAL", "ISSUES/TASK", "ACCURACY"], response.Roles
            .SelectMany(role => instances ? role.Instances.Prepend(role) : [role]).Select(one => new[]
            {
                one.Instance.Length > 0 ? $"  {Words.Printable(one.Instance)}" : one.Role, $"{one.Delegated}", $"{one.Completed}", $"{one.Failed}",
                one.AvgSeconds is { } seconds ? Words.Duration(TimeSpan.FromSeconds(seconds)) : "", Percent(one.FirstApprovalRate),
                one.IssuesPerTask?.ToString("0.0#", CultureInfo.InvariantCulture) ?? "", Percent(one.Accuracy),
            }));
    }

    private static string Percent(double? share) => share is { } value ? $"{(value * 100).ToString("0.#", CultureInfo.InvariantCulture)} %" : "";
}
