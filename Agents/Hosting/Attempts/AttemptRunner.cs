using System.Diagnostics;
using System.Text.Json;
using Agents.Hosting.Calls;
using Agents.Hosting.Definitions;
using Agents.Hosting.Workspaces;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Protos.V1;
using ServiceDefaults;

namespace Agents.Hosting.Attempts;

/// <summary>
/// Runs attempts.
/// <code>
/// Execute ─1 admit─ table ─2 run─ handler ─3 outcome─ Finish ─4 place free, events kept─ table
///    └──────5 follow the attempt's events──────┘
/// </code>
/// A handler that does not wait completes on the caller's thread, and the whole attempt leaves in one flush; one that
/// keeps the thread gets a thread of its own the next time.
/// </summary>
internal sealed class AttemptRunner(
    AgentDefinition definition, AttemptTable table, IOrchestratorCalls calls, WorkspaceProvider workspaces, TimeProvider time, ILogger<AttemptRunner> logger)
{
    private static readonly long BlockingTicks = Stopwatch.Frequency / 1000;

    /// <summary>The largest output in bytes: what a message takes, less its surroundings.</summary>
    internal const int MaxOutputBytes = ServiceDefaults.Extensions.MaxMessageBytes - (64 * 1024);

    public Task ExecuteAsync(TaskAssignment assignment, IServerStreamWriter<TaskEvent> writer, CancellationToken cancellationToken)
    {
        AssignmentCheck.Throw(assignment, definition.Role, time);
        var attempt = table.Admit(assignment, Deadline(assignment));
        AttemptLog.Started(logger, attempt.Id.RunId, attempt.Id.TaskId, attempt.Id.Number, assignment.TaskType);
        if (attempt.Handler is { Blocks: true })
        {
            _ = Task.Run(() => RunAsync(attempt), CancellationToken.None);
            return attempt.FollowAsync(0, writer, cancellationToken);
        }

        attempt.BeginInline(writer, cancellationToken);
        _ = RunAsync(attempt);
        return attempt.EndInline() ?? attempt.FollowAsync(0, writer, cancellationToken);
    }

    /// <summary>Takes an attempt in and starts it; its events go to the sink.</summary>
    /// <exception cref="RpcException">Why it does not start.</exception>
    public void Start(TaskAssignment assignment, IEventSink sink, long call)
    {
        AssignmentCheck.Throw(assignment, definition.Role, time);
        var attempt = table.Admit(assignment, Deadline(assignment));
        AttemptLog.Started(logger, attempt.Id.RunId, attempt.Id.TaskId, attempt.Id.Number, assignment.TaskType);
        attempt.SendTo(sink, call);
        ThreadPool.UnsafeQueueUserWorkItem(static state => _ = state.Runner.RunAsync(state.Attempt), (Runner: this, Attempt: attempt), preferLocal: false);
    }

    // Never throws.
    private async Task RunAsync(Attempt attempt)
    {
        TaskEvent last;
        TaskContext? context = null;
        using var activity = AgentTrace.StartAttempt(attempt, definition.Role);
        using var scope = activity is null ? null : AgentTrace.Scope(logger, attempt);
        try
        {
            var handler = attempt.Handler ?? throw new TaskFailedException(
                FailureCodes.UnknownTaskType,
                $"task_type \"{attempt.Assignment.TaskType}\" is not known to {definition.Role}; known are {definition.KnownTaskTypes}.");
            context = new TaskContext(attempt, calls, workspaces, definition.Contract.Tools, time);
            IReadOnlyDictionary<ArtifactValue, JsonElement>? artifacts = null;
            if (context.Assignment.Workspace?.Artifact is { Id.Length: > 0 })
                await context.Workspace.PrepareAsync(attempt.Cancellation);
            if (context.Assignment.Task?.InputData is { } input)
                artifacts = await ArtifactInputs.ResolveAsync(input, context.Artifacts, attempt.Cancellation);

            var called = Stopwatch.GetTimestamp();
            var work = handler.InvokeAsync(context, artifacts, attempt.Cancellation);
            handler.Blocks = Stopwatch.GetTimestamp() - called > BlockingTicks;
            last = context.Finish(await work);
        }
        catch (Exception exception)
        {
            last = new TaskEvent { Failure = Failures.Of(exception, attempt) };
            last.Failure.Usage = context?.Used;
            Log(attempt, last.Failure, exception);
        }

        context?.Release();
        if (last.Failure is { } failed)
            GenAi.Failed(activity, failed.Code);
        table.Release(attempt);
        End(attempt, last);
    }

    /// <summary>Ends an attempt whose code does not.</summary>
    public void Abandon(Attempt attempt)
    {
        if (attempt.Ended)
            return;

        AttemptLog.Unresponsive(logger, attempt.Id.RunId, attempt.Id.TaskId, attempt.Id.Number, attempt.Stop);
        End(attempt, last: null);
    }

    // Null: the agent's code has not returned.
    private void End(Attempt attempt, TaskEvent? last)
    {
        if (!attempt.TryClaimEnd())
            return;

        var final = last is null || attempt.Stop != StopReason.None ? new TaskEvent { Failure = Failures.OfStop(attempt) } : last;
        AttemptMetrics.Ended(definition.Role, attempt, final, time);
        table.Keep(attempt, final);
        attempt.End(final, byHandler: last is not null);
    }

    private void Log(Attempt attempt, Failure failure, Exception exception)
    {
        if (attempt.Stop == StopReason.None && failure.Code == FailureCodes.Internal)
            AttemptLog.Threw(logger, attempt.Id.RunId, attempt.Id.TaskId, attempt.Id.Number, exception);
        else
            AttemptLog.Failed(logger, attempt.Id.RunId, attempt.Id.TaskId, attempt.Id.Number, failure.Code, failure.Message, exception.InnerException);
    }

    // The earlier of what the task says by moment and by seconds; else the agent's own limit.
    private DateTimeOffset Deadline(TaskAssignment assignment)
    {
        var now = time.GetUtcNow();
        var seconds = assignment.Constraints is { TimeLimit: > 0 } constraints ? constraints.TimeLimit : 0;
        if (assignment.Deadline is { } given)
        {
            var moment = given.ToDateTimeOffset();
            return seconds > 0 && now.AddSeconds(seconds) < moment ? now.AddSeconds(seconds) : moment;
        }

        return now.AddSeconds(seconds > 0 ? seconds : definition.Contract.Limits.DefaultTimeLimit);
    }
}
