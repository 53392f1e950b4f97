using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Artifacts;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Team;

/// <summary>
/// Tells a run as an attempt. Each event of the run is one event of the attempt, its version the sequence number: so a
/// master that comes back goes on where it was, whoever answers it.
/// </summary>
internal sealed class TeamFollower(IRunEngine engine, TeamRuns runs, TimeProvider time)
{
    private const int MaxOutputBytes = ServiceDefaults.Extensions.MaxMessageBytes - (64 * 1024);
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Sends what comes after an event, to the end of the run.</summary>
    public async Task FollowAsync(string runId, long afterSeq, IServerStreamWriter<TaskEvent> writer, CancellationToken ct)
    {
        var run = await engine.GetAsync(runId, includeOutputs: false, runs.Principal, ct);
        if (afterSeq < 0 || afterSeq > run.Version)
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"after_seq is {afterSeq}; the attempt has events 1 to {run.Version}."));
        var looked = time.GetTimestamp();
        await foreach (var e in engine.WatchAsync(runId, afterSeq, runs.Principal, ct))
        {
            if (time.GetElapsedTime(looked) >= s_lookEvery)
            {
                run = await engine.GetAsync(runId, includeOutputs: false, runs.Principal, ct);
                looked = time.GetTimestamp();
            }

            var told = e.BodyCase switch
            {
                RunEvent.BodyOneofCase.RunSubmitted => new TaskEvent { Accepted = new TaskAccepted() },
                RunEvent.BodyOneofCase.RunCompleted => await ResultAsync(runId, ct),
                RunEvent.BodyOneofCase.RunFailed => Failed(runId, e.RunFailed.Failure),
                RunEvent.BodyOneofCase.RunCancelled => Failed(runId, new Failure { Code = "CANCELLED", Message = $"was cancelled: {e.RunCancelled.Reason}".TrimEnd(':', ' '), FailureClass = FailureClass.Permanent }),
                _ => new TaskEvent { Progress = Progress(run.Summary) },
            };
            (told.Seq, told.Time) = (e.Version, e.Time);
            await writer.WriteAsync(told, ct);
        }
    }

    private static TaskProgress Progress(RunSummary run) => new()
    {
        Fraction = run.TasksTotal > 0 ? (double)run.TasksDone / run.TasksTotal : -1,
        Message = $"{run.RunId}: {run.TasksDone} of {run.TasksTotal} tasks{(run.Approvals > 0 ? $", {run.Approvals} to approve there" : "")}",
    };

    private async Task<TaskEvent> ResultAsync(string runId, CancellationToken ct)
    {
        RunResult result;
        try
        {
            result = await engine.GetResultAsync(new GetRunResultRequest { RunId = runId }, runs.Principal, ct);
        }
        catch (Exception e) when (e is FileNotFoundException or ArtifactHashException)
        {
            return Failed(runId, new Failure { Code = "INTERNAL", Message = $"completed, but its output is gone: {e.Message}", FailureClass = FailureClass.Permanent });
        }

        var output = result.Output ?? new Struct();
        if (result.Missing.Count > 0 && !output.Fields.ContainsKey("missing"))
            output.Fields["missing"] = Value.ForList([.. result.Missing.Select(Value.ForString)]);
        return output.CalculateSize() is > MaxOutputBytes and var bytes
            ? Failed(runId, new Failure { Code = FailureCodes.InvalidOutput, Message = $"has an output of {bytes} bytes; at most {MaxOutputBytes} fit in a message.", FailureClass = FailureClass.Permanent })
            : new TaskEvent { Result = new TaskResult { Output = output } };
    }

    private static TaskEvent Failed(string runId, Failure failure)
    {
        var told = failure.Clone();
        told.Message = $"Run {runId} of the team: {failure.Message}";
        return new TaskEvent { Failure = told };
    }
}
