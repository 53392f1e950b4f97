using System.CommandLine;

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
            var result = await RunEnding.FollowAsync(session, parsed.GetValue(run)!, parsed.GetValue(after), known: false, ct);
            return RunEnding.Tell(session, result, []);
        }));
        return command;
    }
}
