using Cli.Display;
using Cli.Reports;
using Grpc.Core;
using Protos.V1;

namespace Cli;

/// <summary>Follows a run to its end and tells what came of it.</summary>
internal static class RunEnding
{
    /// <summary>Shows events until there are no more, and asks for the result.</summary>
    /// <param name="session">Where it prints and whom it asks.</param>
    /// <param name="runId">The run.</param>
    /// <param name="after">The version of the last event that is not to be shown.</param>
    /// <param name="asks">Whether a person at the terminal is asked to decide what is to be approved.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<RunResult> FollowAsync(Session session, string runId, long after, bool asks, CancellationToken ct)
    {
        await using (var display = RunDisplay.For(session, asks))
        await using (var below = new RunsBelow(session, display.ShowBelow))
        {
            await foreach (var e in RunFollower.FollowAsync(session, runId, after, ct))
            {
                display.Show(e);
                below.See(e);
            }
        }

        var response = await session.Client.GetRunResultAsync(new GetRunResultRequest { RunId = runId }, cancellationToken: ct);
        return response.Result;
    }

    /// <summary>Prints the result, as JSON when that was asked for, and gives the exit code.</summary>
    public static int Tell(Session session, RunResult result, IReadOnlyList<string> files)
    {
        if (session.Json)
        {
            session.WriteJson(result);
        }
        else
        {
            RunSummaryText.Write(session.Output, result, files);
        }

        return result.Status == State.Completed ? ExitCodes.Completed : ExitCodes.Failed;
    }

    /// <summary>Asks the server to stop the run; whoever follows it sees its end.</summary>
    /// <returns>Whether the server has taken it.</returns>
    public static async Task<bool> CancelAsync(Session session, string runId, CancellationToken ct)
    {
        await session.Error.WriteLineAsync("Cancelling the run … (once more: leave it to itself)");
        try
        {
            var request = new CancelRunRequest { RequestId = Guid.NewGuid().ToString("N"), RunId = runId, Reason = "interrupted at the command line" };
            await session.Client.CancelRunAsync(request, cancellationToken: ct);
            return true;
        }
        catch (RpcException e)
        {
            await session.Error.WriteLineAsync($"It could not be cancelled: {e.Status.Detail}");
            return false;
        }
    }
}
