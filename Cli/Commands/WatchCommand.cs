using System.CommandLine;
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
            // A server that is not there, or does not know the run, says so now; one that goes away later is waited for.
            await session.Client.GetRunAsync(new GetRunRequest { RunId = parsed.GetValue(run) }, cancellationToken: ct);
            var result = await RunEnding.FollowAsync(session, parsed.GetValue(run)!, parsed.GetValue(after), asks: false, ct);
            return RunEnding.Tell(session, result, []);
        }));
        return command;
    }
}
