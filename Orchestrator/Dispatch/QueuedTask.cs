using System.Globalization;
using System.Text;
using Orchestrator.Runs;
using Orchestrator.Storage;

namespace Orchestrator.Dispatch;

/// <summary>A task that waits for an instance: what its queue entry in the store says, and all that choosing needs.</summary>
internal sealed record QueuedTask(string RunId, string TaskId, string Role, string TaskType, int Priority)
{
    public string Tenant { get; init; } = "";

    public DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>Not before this moment: a retry waits.</summary>
    public DateTimeOffset NotBefore { get; init; }

    /// <summary>Seconds for an attempt; 0: the task does not say.</summary>
    public int TimeLimit { get; init; }

    /// <summary>An instance that lost the last attempt: another is taken when there is one. Empty: none.</summary>
    public string Avoid { get; init; } = "";

    /// <summary>As the state says.</summary>
    public static QueuedTask Of(RunState state, TaskNode task, DateTimeOffset now) =>
        new(state.RunId, task.Id, task.Role, task.Definition.TaskType, state.PriorityOf(task))
        {
            Tenant = state.Submitted.Principal?.Tenant ?? "",
            EnqueuedAt = now,
            NotBefore = task.NotBefore,
            TimeLimit = task.Definition.TimeLimit,
            Avoid = task.LastFailure is { } failure && RetryRules.AvoidsInstance(failure) ? task.InstanceId : "",
        };

    /// <summary>As the store keeps it: the extra fields as lines of text, for there is one for each task of every run.</summary>
    public QueueEntry ToEntry() => new($"{RunId}/{TaskId}", RunId, Role, Priority, EnqueuedAt)
    {
        Tenant = Tenant,
        Data = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{TaskType}\n{(NotBefore > EnqueuedAt ? NotBefore.ToUnixTimeMilliseconds() : 0)}\n{TimeLimit}\n{Avoid}")),
    };

    /// <summary>As it was stored.</summary>
    public static QueuedTask From(QueueEntry entry)
    {
        var extra = Encoding.UTF8.GetString(entry.Data.Span).Split('\n');
        return new(entry.RunId, entry.Id[(entry.RunId.Length + 1)..], entry.Role, extra[0], entry.Priority)
        {
            Tenant = entry.Tenant,
            EnqueuedAt = entry.EnqueuedAt,
            NotBefore = DateTimeOffset.FromUnixTimeMilliseconds(Number(extra, 1)),
            TimeLimit = (int)Number(extra, 2),
            Avoid = extra.Length > 3 ? extra[3] : "",
        };
    }

    private static long Number(string[] extra, int at) =>
        extra.Length > at ? long.Parse(extra[at], CultureInfo.InvariantCulture) : 0;
}
