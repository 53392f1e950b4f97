using System.CommandLine;
using Cli.Display;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents pause|resume|guide|retry|delete RUN</c>.</summary>
internal static class ControlCommands
{
    public static Command Pause(CommonOptions common)
    {
        var reason = new Option<string?>("--reason") { Description = "For the history." };
        var command = Create(common, "pause", "Holds a run: nothing new is dispatched, what is running goes on.", async (session, run, parsed, ct) =>
        {
            var request = new PauseRunRequest { RunId = run, Reason = parsed.GetValue(reason) ?? "", RequestId = NewId() };
            var response = await session.Client.PauseRunAsync(request, cancellationToken: ct);
            return session.Json ? Session.ToJson(response) : Words.Of(response.Status);
        });
        command.Add(reason);
        return command;
    }

    public static Command Resume(CommonOptions common) => Create(common, "resume", "Lets a held run go on.", async (session, run, _, ct) =>
    {
        var response = await session.Client.ResumeRunAsync(new ResumeRunRequest { RunId = run, RequestId = NewId() }, cancellationToken: ct);
        return session.Json ? Session.ToJson(response) : Words.Of(response.Status);
    });

    public static Command Guide(CommonOptions common)
    {
        var text = new Argument<string>("text") { Description = "What it is to know, in words." };
        var command = Create(common, "guide", "Tells a running run something; tasks that begin from then on know it.", async (session, run, parsed, ct) =>
        {
            var response = await session.Client.GuideRunAsync(new GuideRunRequest { RunId = run, Text = parsed.GetValue(text)!, RequestId = NewId() }, cancellationToken: ct);
            return session.Json ? Session.ToJson(response) : $"{response.Key}  tasks that begin from now on are told";
        });
        command.Add(text);
        return command;
    }

    public static Command Retry(CommonOptions common) => Create(common, "retry", "Tries a failed or cancelled run again, as a new run that takes over what it finished.", async (session, run, _, ct) =>
    {
        var response = await session.Client.RetryRunAsync(new RetryRunRequest { RunId = run, RequestId = NewId() }, cancellationToken: ct);
        return session.Json ? Session.ToJson(response) : $"{response.RunId}  takes over {response.Adopted} finished {(response.Adopted == 1 ? "task" : "tasks")}";
    });

    public static Command Delete(CommonOptions common) => Create(common, "delete", "Deletes a run that has ended; nothing of it remains.", async (session, run, _, ct) =>
    {
        var response = await session.Client.DeleteRunAsync(new DeleteRunRequest { RunId = run }, cancellationToken: ct);
        return session.Json ? Session.ToJson(response) : "deleted";
    });

    private static Command Create(CommonOptions common, string name, string description, Func<Session, string, ParseResult, CancellationToken, Task<string>> work)
    {
        var run = new Argument<string>("run") { Description = "The run's id." };
        var command = new Command(name, description) { run };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            await session.Output.WriteLineAsync(await work(session, parsed.GetValue(run)!, parsed, ct));
            return ExitCodes.Completed;
        }));
        return command;
    }

    private static string NewId() => Guid.NewGuid().ToString("N");
}
