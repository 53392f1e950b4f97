using System.CommandLine;
using Cli.Display;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents watch RUN</c>.</summary>
internal static class WatchCommand
{
    public static Command Create(CommonOptions common)
    {
        var run = new Argument<string>("run") { Description = "The run's id." };
        var after = new Option<long>("--after") { Description = "Only events after this version." };
        var command = new Command("watch", "Follows a run to its end.") { run, after };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            RunEvent? last = null;
            await using (var display = RunDisplay.For(session))
            {
                await foreach (var e in RunFollower.FollowAsync(session, parsed.GetValue(run)!, parsed.GetValue(after), ct))
                {
                    display.Show(e);
                    last = e;
                }
            }

            return last?.BodyCase is RunEvent.BodyOneofCase.RunFailed or RunEvent.BodyOneofCase.RunCancelled ? ExitCodes.Failed : ExitCodes.Completed;
        }));
        return command;
    }
}
