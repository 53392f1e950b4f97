using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Display;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents show RUN</c>, with history, graph, cost and context when asked for.</summary>
internal static class ShowCommand
{
    private const int ManyTasks = 200;

    public static Command Create(CommonOptions common)
    {
        var run = new Argument<string>("run") { Description = "The run's id." };
        var history = new Option<bool>("--history") { Description = "Every event of it." };
        var graph = new Option<bool>("--graph") { Description = "The plan as a tree." };
        var cost = new Option<bool>("--cost") { Description = "Where tokens, money and attempts went." };
        var context = new Option<bool>("--context") { Description = "Entries of its shared memory: who wrote them, and who was told." };
        var all = new Option<bool>("--all") { Description = "Also each finished item, where there are many." };
        var command = new Command("show", "Shows a run with its tasks.") { run, history, graph, cost, context, all };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var response = await session.Client.GetRunAsync(new GetRunRequest { RunId = parsed.GetValue(run) }, cancellationToken: ct);
            var wants = new Wanted(parsed.GetValue(history), parsed.GetValue(graph), parsed.GetValue(cost), parsed.GetValue(context));
            List<RunEvent> events = [];
            if (wants.History || wants.Context)
            {
                await foreach (var e in RunHistory.ReadAsync(session, response.Run.Summary.RunId, response.Run.Version, ct))
                {
                    events.Add(e);
                }
            }

            var costs = wants.Cost ? (await session.Client.GetRunCostAsync(new GetRunCostRequest { RunId = parsed.GetValue(run) }, cancellationToken: ct)).Cost : null;
            if (session.Json)
            {
                await session.Output.WriteLineAsync(Json(response.Run, wants, events, costs));
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
            var shown = parsed.GetValue(all) || response.Run.Tasks.Count <= ManyTasks ? [.. response.Run.Tasks]
                : response.Run.Tasks.Where(task => task.ParentId.Length == 0 || task.Status != State.Completed).ToList();
            if (wants.Graph)
            {
                await ShowParts.GraphAsync(session, response.Run);
                await session.Output.WriteLineAsync();
            }

            TextTable.Write(session.Output, ["TASK", "ROLE", "STATUS", "TRIES", "SCORE", "TIME", "INSTANCE", "NOTE"], shown.Select(task => new[]
            {
                task.Id, task.Role, Words.Of(task.Status), $"{task.Attempts}", string.Join(" → ", task.Scores.Count > 0 ? task.Scores.Select(round => $"{round.Score}") : [$"{task.Score}"]),
                task.StartedAt is null ? "" : Words.Duration(TimeSpan.FromSeconds(task.DurationSeconds)), task.Instance,
                Words.OneLine(Note(task), 90),
            }), Paint.Column(session, 2));
            if (shown.Count < response.Run.Tasks.Count)
            {
                await session.Output.WriteLineAsync($"… and {response.Run.Tasks.Count - shown.Count} finished items; --all lists them");
            }

            foreach (var asked in response.Run.Tasks.Where(task => task.Approval is not null))
            {
                await session.Output.WriteLineAsync();
                await session.Output.WriteLineAsync(ApprovalText.Details(asked.Approval));
                await session.Output.WriteLineAsync($"  {ApprovalText.HowTo(session, summary.RunId, asked.Id)}");
            }

            if (costs is not null)
            {
                await session.Output.WriteLineAsync();
                await CostCommand.WriteAsync(session.Output, costs);
            }

            if (wants.Context)
            {
                await ShowParts.ContextAsync(session, events);
            }

            if (wants.History)
            {
                await ShowParts.HistoryAsync(session, events);
            }

            return ExitCodes.Completed;
        }));
        return command;
    }

    private sealed record Wanted(bool History, bool Graph, bool Cost, bool Context);

    // The run as it always is; what was asked for beside it stands in it.
    private static string Json(Run run, Wanted wants, List<RunEvent> events, RunCost? cost)
    {
        if (!wants.History && !wants.Context && cost is null)
        {
            return Session.ToJson(run);
        }

        var whole = JsonNode.Parse(Session.ToJson(run))!;
        if (cost is not null)
        {
            whole["cost"] = JsonNode.Parse(Session.ToJson(cost));
        }

        if (wants.Context)
        {
            whole["context"] = ShowParts.Context(events);
        }

        if (wants.History)
        {
            whole["history"] = new JsonArray([.. events.Select(e => JsonNode.Parse(Session.ToJson(e)))]);
        }

        return whole.ToJsonString(Session.Relaxed);
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
