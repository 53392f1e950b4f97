using System.CommandLine;
using Cli.Display;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents show RUN</c>.</summary>
internal static class ShowCommand
{
    public static Command Create(CommonOptions common)
    {
        var run = new Argument<string>("run") { Description = "The run's id." };
        var command = new Command("show", "Shows a run with its tasks.") { run };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var response = await session.Client.GetRunAsync(new GetRunRequest { RunId = parsed.GetValue(run) }, cancellationToken: ct);
            if (session.Json)
            {
                session.WriteJson(response.Run);
                return ExitCodes.Completed;
            }

            var summary = response.Run.Summary;
            await session.Output.WriteLineAsync($"{summary.RunId}  {Words.Of(summary.Status)}  {summary.Playbook}  {summary.TasksDone}/{summary.TasksTotal} tasks");
            await session.Output.WriteLineAsync(Words.OneLine(summary.Request, 200));
            await session.Output.WriteLineAsync($"Chosen because {response.Run.PlanReason}");
            if (summary.Failure is { } failure)
            {
                await session.Output.WriteLineAsync($"{failure.Code}: {failure.Message}");
            }

            await session.Output.WriteLineAsync();
            TextTable.Write(session.Output, ["TASK", "ROLE", "STATUS", "TRIES", "SCORE", "TIME", "INSTANCE", "NOTE"], response.Run.Tasks.Select(task => new[]
            {
                task.Id, task.Role, Words.Of(task.Status), $"{task.Attempts}", $"{task.Score}",
                task.StartedAt is null ? "" : Words.Duration(TimeSpan.FromSeconds(task.DurationSeconds)), task.Instance,
                Words.OneLine(task.Failure?.Message ?? (task.Note.Length > 0 ? task.Note : task.ProgressMessage), 60),
            }));
            return ExitCodes.Completed;
        }));
        return command;
    }
}
