using System.CommandLine;
using Cli.Display;
using Grpc.Core;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents audit search</c>, <c>agents audit verify RUN</c>, <c>agents audit export RUN</c>.</summary>
internal static class AuditCommands
{
    public static Command Create(CommonOptions common) => new("audit", "Searches, verifies and exports the logs of runs.") { AuditSearch.Create(common), Verify(common), Export(common) };

    private static Command Verify(CommonOptions common)
    {
        var run = new Argument<string>("run") { Description = "The run." };
        var command = new Command("verify", "Tells whether the log is as it was written. Exit code 1: it is not.") { run };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var report = (await session.Client.VerifyRunAsync(new VerifyRunRequest { RunId = parsed.GetValue(run)! }, cancellationToken: ct)).Report;
            if (session.Json)
            {
                session.WriteJson(report);
            }
            else
            {
                foreach (var problem in report.Problems)
                {
                    await session.Output.WriteLineAsync(problem);
                }

                var signed = report.SignedVersion == 0 ? "no head is signed" : $"signed up to event {report.SignedVersion} at {Words.When(report.SignedAt.ToDateTimeOffset())}";
                await session.Output.WriteLineAsync($"{report.RunId}: {report.Events} events, {signed}; {(report.Ok ? "as they were written" : "NOT as they were written")}");
            }

            return report.Ok ? ExitCodes.Completed : ExitCodes.Failed;
        }));
        return command;
    }

    private static Command Export(CommonOptions common)
    {
        var run = new Argument<string>("run") { Description = "The run." };
        var command = new Command("export", "Prints the log as JSON Lines: every event with its hash and its bytes as stored, then the signed head.") { run };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            using var call = session.Client.ExportRun(new ExportRunRequest { RunId = parsed.GetValue(run)! }, cancellationToken: ct);
            await foreach (var line in call.ResponseStream.ReadAllAsync(ct))
            {
                session.WriteJson(line);
            }

            return ExitCodes.Completed;
        }));
        return command;
    }
}
