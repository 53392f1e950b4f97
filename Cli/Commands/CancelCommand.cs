using System.CommandLine;
using Cli.Display;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents cancel RUN</c>.</summary>
internal static class CancelCommand
{
    public static Command Create(CommonOptions common)
    {
        var run = new Argument<string>("run") { Description = "The run's id." };
        var reason = new Option<string?>("--reason") { Description = "For the history." };
        var command = new Command("cancel", "Stops a run.") { run, reason };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var request = new CancelRunRequest { RunId = parsed.GetValue(run), Reason = parsed.GetValue(reason) ?? "", RequestId = Guid.NewGuid().ToString("N") };
            var response = await session.Client.CancelRunAsync(request, cancellationToken: ct);
            await session.Output.WriteLineAsync(session.Json ? Session.ToJson(response) : Words.Of(response.Status));
            return ExitCodes.Completed;
        }));
        return command;
    }
}
