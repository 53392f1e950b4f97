using System.Security.Cryptography;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>Runs that are made for tasks.</summary>
internal static class SubRuns
{
    /// <summary>How deep runs may nest: a run made by a run that nobody's task made is at depth 1.</summary>
    public const int MaxDepth = 8;

    private const int MaxIdLength = 200;

    /// <summary>The depth of a run that is made for a task of this one.</summary>
    public static int DepthBelow(RunState state) => (state.Submitted.Parent?.Depth ?? 0) + 1;

    /// <summary>Always the same for the same run, task and round, so that a run is made once whoever makes it.</summary>
    public static string ChildId(string runId, string taskId, int round)
    {
        const string Digits = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford's base 32
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{runId}\n{taskId}\n{round}"));
        var name = string.Concat(hash.Take(16).Select(b => Digits[b & 31]));
        var room = MaxIdLength - name.Length - 1;
        return $"{(runId.Length <= room ? runId : runId[..room])}-{name}";
    }

    /// <exception cref="FormatException">It would nest too deep.</exception>
    public static RunEvent Start(RunState state, TaskNode task)
    {
        if (DepthBelow(state) is > MaxDepth and var depth)
        {
            throw new FormatException($"tasks.{task.Definition.Id}.sub_run: the run would be at depth {depth}; at most {MaxDepth} are allowed.");
        }

        Value Resolve(Reference reference) => state.Resolve(reference, task);
        var sub = task.Definition.SubRun;
        return new RunEvent
        {
            SubRunStarted = new SubRunStarted
            {
                TaskId = task.Id,
                RunId = ChildId(state.RunId, task.Id, task.Attempt + 1),
                Playbook = sub.Playbook,
                Request = sub.Request.Length > 0 ? Template.FillText(sub.Request, Resolve) : state.Submitted.Request,
                Inputs = Template.Fill(task.Definition.Input ?? new Struct(), Resolve),
            },
        };
    }

    /// <summary>The run has ended.</summary>
    public static Refusal? OnEnd(RunState state, RunInput.SubRunEnd end, DateTimeOffset now, List<RunEvent> events)
    {
        if (state.Find(end.TaskId) is not { SubRun: { } open } task || open.RunId != end.RunId)
        {
            return new Refusal("STALE_SUB_RUN", $"Task '{end.TaskId}' does not wait for the run '{end.RunId}'.");
        }

        var ended = new SubRunEnded
        {
            TaskId = task.Id,
            RunId = end.RunId,
            Status = end.Status,
            Output = end.Output,
            OutputRef = end.OutputRef,
            Failure = end.Failure,
            Missing = { end.Missing },
            Usage = end.Usage,
        };
        events.Add(new RunEvent { SubRunEnded = ended });
        if (end.Status == State.Completed)
        {
            return null;
        }

        var failure = FailureOf(ended);
        var failures = task.Failures + 1;
        events.Add(RetryRules.MayRetry(task, failure, failures)
            ? Waits.Started(task, now + RetryRules.Delay(state.RunId, task, failure, failures))
            : Fallbacks.Ending(task, failure));
        return null;
    }

    /// <summary>Why the task fails when its run did not complete.</summary>
    public static Failure FailureOf(SubRunEnded ended)
    {
        if (ended.Status == State.Cancelled)
        {
            return new Failure
            {
                Code = FailureCodes.SubRunCancelled,
                Message = $"Run '{ended.RunId}' was cancelled.",
                FailureClass = FailureClass.Permanent,
            };
        }

        var failure = ended.Failure?.Clone() ?? new Failure { Code = FailureCodes.SubRunFailed, Message = "it did not say why.", FailureClass = FailureClass.Permanent };
        failure.Message = $"Run '{ended.RunId}' failed: {failure.Message}";
        return failure;
    }
}
