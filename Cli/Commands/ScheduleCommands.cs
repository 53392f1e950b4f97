using System.CommandLine;
using System.Globalization;
using Cli.Display;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents schedules</c>, <c>agents schedules put NAME</c>, <c>agents schedules delete NAME</c>.</summary>
internal static class ScheduleCommands
{
    public static Command Create(CommonOptions common)
    {
        var command = new Command("schedules", "Lists what starts runs by the clock. `agents schedule` is the same.") { Put(common), Delete(common) };
        command.Aliases.Add("schedule");
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var response = await session.Client.ListSchedulesAsync(new ListSchedulesRequest(), cancellationToken: ct);
            if (session.Json)
            {
                session.WriteJson(response);
                return ExitCodes.Completed;
            }

            TextTable.Write(session.Output, ["SCHEDULE", "WHEN", "NEXT", "STARTS", "LAST RUN", "REQUEST", "NOTE"], response.Schedules.Select(view => new[]
            {
                view.Schedule.Name, When(view.Schedule), view.NextAt is { } next ? Words.When(next.ToDateTimeOffset()) : view.Schedule.Paused ? "paused" : "never",
                $"{view.Starts}", view.LastRunId, Words.OneLine(view.Schedule.Run.Request, 40), Words.OneLine(view.LastError, 80),
            }));
            return ExitCodes.Completed;
        }));
        return command;
    }

    private static Command Put(CommonOptions common)
    {
        var name = new Argument<string>("name") { Description = "Lower case letters, digits and -." };
        var cron = new Option<string?>("--cron") { Description = "Minute, hour, day of month, month, day of week, e.g. '0 3 * * MON-FRI'." };
        var zone = new Option<string?>("--time-zone") { Description = "For --cron, e.g. Europe/Vienna. Default: UTC." };
        var every = new Option<string?>("--every") { Description = "Time between two starts, e.g. 90s, 10m, 2h, 1d." };
        var request = new Option<string>("--request") { Description = "What is wanted, in words.", Required = true };
        var playbook = new Option<string?>("--playbook") { Description = "The playbook to use. Default: chosen by the request and the workspace." };
        var workspace = new Option<string?>("--workspace") { Description = "The folder to work on." };
        var input = new Option<string[]>("--input") { Description = "An input of the playbook, K=V; V is JSON or text. May stand several times.", Arity = ArgumentArity.ZeroOrMore };
        var priority = new Option<string?>("--priority") { Description = "low, normal, high, critical, or 0 to 9." };
        var timeLimit = new Option<int>("--time-limit") { Description = "Seconds for each run." };
        var paused = new Option<bool>("--paused") { Description = "Start nothing for now." };
        var catchUp = new Option<bool>("--catch-up") { Description = "Make good, once, what was missed while nothing was up." };
        var skip = new Option<bool>("--skip-if-running") { Description = "Leave a start out while the run of the one before goes on." };
        var command = new Command("put", "Makes a schedule, or replaces it.")
        {
            name, cron, zone, every, request, playbook, workspace, input, priority, timeLimit, paused, catchUp, skip,
        };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var run = new SubmitRunRequest
            {
                Request = parsed.GetValue(request)!,
                Playbook = parsed.GetValue(playbook) ?? "",
                Priority = parsed.GetValue(priority) ?? "",
                TimeLimit = parsed.GetValue(timeLimit),
            };
            var schedule = new Schedule
            {
                Name = parsed.GetValue(name),
                Cron = parsed.GetValue(cron) ?? "",
                TimeZone = parsed.GetValue(zone) ?? "",
                Run = run,
                Paused = parsed.GetValue(paused),
                CatchUp = parsed.GetValue(catchUp),
                SkipIfRunning = parsed.GetValue(skip),
            };
            var problem = ReadEvery(parsed.GetValue(every), schedule) ?? Submission.ReadInputs(parsed.GetValue(input) ?? [], run)
                ?? Submission.ReadWorkspace(parsed.GetValue(workspace), run);
            if (problem is not null)
            {
                await session.Error.WriteLineAsync(problem);
                return ExitCodes.BadUsage;
            }

            var response = await session.Client.PutScheduleAsync(new PutScheduleRequest { RequestId = Guid.NewGuid().ToString("N"), Schedule = schedule }, cancellationToken: ct);
            await session.Output.WriteLineAsync(session.Json ? Session.ToJson(response)
                : response.Schedule.NextAt is { } next ? $"{schedule.Name} starts next at {Words.When(next.ToDateTimeOffset())}" : $"{schedule.Name} is paused");
            return ExitCodes.Completed;
        }));
        return command;
    }

    private static Command Delete(CommonOptions common)
    {
        var name = new Argument<string>("name") { Description = "The schedule." };
        var command = new Command("delete", "Deletes a schedule; runs that it started go on.") { name };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var response = await session.Client.DeleteScheduleAsync(new DeleteScheduleRequest { Name = parsed.GetValue(name) }, cancellationToken: ct);
            await session.Output.WriteLineAsync(session.Json ? Session.ToJson(response) : "deleted");
            return ExitCodes.Completed;
        }));
        return command;
    }

    private static string When(Schedule schedule) => schedule.Every > 0
        ? $"every {Words.Duration(TimeSpan.FromSeconds(schedule.Every))}"
        : schedule.Cron + (schedule.TimeZone.Length > 0 ? $" {schedule.TimeZone}" : "");

    private static string? ReadEvery(string? text, Schedule schedule)
    {
        if (text is null)
        {
            return null;
        }

        var unit = text.Length > 0 ? text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 } : 0;
        var number = unit == 0 ? text : text[..^1];
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1 || count > int.MaxValue / Math.Max(unit, 1))
        {
            return $"--every: '{text}' is no time; e.g. 90s, 10m, 2h or 1d.";
        }

        schedule.Every = (int)count * Math.Max(unit, 1);
        return null;
    }
}
