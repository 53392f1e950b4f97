using System.CommandLine;
using Cli.Display;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents logs RUN</c>: what the tasks of a run say and do.</summary>
internal static class LogsCommand
{
    public static Command Create(CommonOptions common)
    {
        var run = new Argument<string>("run") { Description = "The run's id." };
        var task = new Option<string?>("--task") { Description = "Only this task, its items and its reviews." };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on until the run ends." };
        var tail = new Option<int>("--tail") { Description = "Only the last so many lines of what is there." };
        var command = new Command("logs", "Shows what the tasks of a run say and do: progress, tools, models, failures.") { run, task, follow, tail };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var known = (await session.Client.GetRunAsync(new GetRunRequest { RunId = parsed.GetValue(run) }, cancellationToken: ct)).Run;
            var text = new EventText();
            var lines = new Queue<string>();
            await foreach (var e in RunHistory.ReadAsync(session, known.Summary.RunId, known.Version, ct))
            {
                if (Line(session, text, e, parsed.GetValue(task)) is { } line)
                {
                    lines.Enqueue(line);
                    if (parsed.GetValue(tail) is > 0 and var most && lines.Count > most)
                    {
                        lines.Dequeue();
                    }
                }
            }

            foreach (var line in lines)
            {
                await session.Output.WriteLineAsync(line);
            }

            if (parsed.GetValue(follow) && known.Summary.EndedAt is null)
            {
                await foreach (var e in RunFollower.FollowAsync(session, known.Summary.RunId, known.Version, ct))
                {
                    if (Line(session, text, e, parsed.GetValue(task)) is { } line)
                    {
                        await session.Output.WriteLineAsync(line);
                    }
                }
            }

            return ExitCodes.Completed;
        }));
        return command;
    }

    private static string? Line(Session session, EventText text, RunEvent e, string? only)
    {
        var whole = text.Of(e); // it must see all, to tell what follows
        var said = e.BodyCase is RunEvent.BodyOneofCase.TaskStarted or RunEvent.BodyOneofCase.TaskOutput ? EventText.Alone(e) : whole; // of an item the other tells the count
        var task = EventText.TaskOf(e);
        var isLog = e.BodyCase is RunEvent.BodyOneofCase.TaskStarted or RunEvent.BodyOneofCase.TaskProgressed or RunEvent.BodyOneofCase.ToolCalled or RunEvent.BodyOneofCase.ModelCalled
            or RunEvent.BodyOneofCase.TaskOutput or RunEvent.BodyOneofCase.AttemptFailed or RunEvent.BodyOneofCase.TaskFailed or RunEvent.BodyOneofCase.TaskReassigned or RunEvent.BodyOneofCase.TaskHeld
            or RunEvent.BodyOneofCase.TaskSkipped or RunEvent.BodyOneofCase.PolicyDecided or RunEvent.BodyOneofCase.ToolApprovalRequested or RunEvent.BodyOneofCase.ReviewScored;
        if (!isLog || (only is not null && task != only && !task.StartsWith($"{only}/", StringComparison.Ordinal)))
        {
            return null;
        }

        // Where lines of many tasks stand together, each says whose it is; its text need not again.
        var rest = said.StartsWith($"{task} ", StringComparison.Ordinal) ? said[(task.Length + 1)..] : said;
        return session.Json ? Session.ToJson(e) : $"{e.Time.ToDateTimeOffset():HH:mm:ss.fff}  {Words.Printable(task)}  {rest}";
    }
}
