using System.Globalization;
using Protos.V1;

namespace Chaos.Tests;

/// <summary>Writes what happened to each run, for people who look into a pass.</summary>
internal static class Histories
{
    public static async Task WriteAsync(IEnumerable<ClientRun> runs, string folder)
    {
        await using var file = File.CreateText(Path.Combine(folder, "histories.txt"));
        foreach (var run in runs)
        {
            await file.WriteLineAsync($"{run.RunId} {run.Shape.Playbook} {run.Input} {run.RequestId}");
            DateTimeOffset? before = null;
            foreach (var e in run.Seen)
            {
                var time = e.Time.ToDateTimeOffset();
                var gap = before is { } then ? (time - then).TotalSeconds : 0;
                await file.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {time:HH:mm:ss.fff} {gap,7:0.000} {e.Version,3} {e.BodyCase} {Body(e)}"));
                before = time;
            }
        }
    }

    private static string Body(RunEvent e) => e.BodyCase switch
    {
        RunEvent.BodyOneofCase.RunSubmitted or RunEvent.BodyOneofCase.PlanRequested or RunEvent.BodyOneofCase.PlanAccepted => "",
        RunEvent.BodyOneofCase.TaskStarted => $"{e.TaskStarted.TaskId} {e.TaskStarted.Attempt} {e.TaskStarted.InstanceName} epoch {e.TaskStarted.Epoch}",
        RunEvent.BodyOneofCase.TaskOutput => $"{e.TaskOutput.TaskId} {e.TaskOutput.Attempt}",
        RunEvent.BodyOneofCase.AttemptFailed => $"{e.AttemptFailed.TaskId} {e.AttemptFailed.Attempt} {e.AttemptFailed.Failure.Code} {e.AttemptFailed.Failure.Message}",
        RunEvent.BodyOneofCase.TaskQueued => e.TaskQueued.TaskId,
        _ => e.ToString(),
    };
}
