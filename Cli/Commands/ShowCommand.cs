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
            foreach (var line in Origins(summary))
            {
                await session.Output.WriteLineAsync(line);
            }

            if (summary.Failure is { } failure)
            {
                await session.Output.WriteLineAsync($"{failure.Code}: {failure.Message}");
            }

            await session.Output.WriteLineAsync();
            TextTable.Write(session.Output, ["TASK", "ROLE", "STATUS", "TRIES", "SCORE", "TIME", "INSTANCE", "NOTE"], response.Run.Tasks.Select(task => new[]
            {
                task.Id, task.Role, Words.Of(task.Status), $"{task.Attempts}", string.Join(" → ", task.Scores.Count > 0 ? task.Scores.Select(round => $"{round.Score}") : [$"{task.Score}"]),
                task.StartedAt is null ? "" : Words.Duration(TimeSpan.FromSeconds(task.DurationSeconds)), task.Instance,
                Words.OneLine(Note(task), 90),
            }));
            foreach (var asked in response.Run.Tasks.Where(task => task.Approval is not null))
            {
                await session.Output.WriteLineAsync();
                await session.Output.WriteLineAsync(ApprovalText.Details(asked.Approval));
                await session.Output.WriteLineAsync($"  {ApprovalText.HowTo(session, summary.RunId, asked.Id)}");
            }

            return ExitCodes.Completed;
        }));
        return command;
    }

    private static IEnumerable<string> Origins(RunSummary summary)
    {
        if (summary.RetryOf.Length > 0)
        {
            yield return $"Tries {summary.RetryOf} again";
        }

        if (summary.Parent is { } parent)
        {
            yield return $"Made for task {parent.TaskId} of run {parent.RunId}";
        }
    }

    private static string Note(TaskView task)
    {
        var note = task.Failure?.Message ?? (task.Note.Length > 0 ? task.Note : task.ProgressMessage);
        return string.Join("; ", new[]
        {
            task.Approval is { } approval ? $"waits for {ApprovalText.Who(approval.Deciders)}" : "",
            task.WaitUntil is { } until && task.EndedAt is null ? $"waits until {Words.When(until.ToDateTimeOffset())}" : "",
            task.SubRunId.Length > 0 ? $"run {task.SubRunId}" : "",
            note,
        }.Where(part => part.Length > 0));
    }
}
