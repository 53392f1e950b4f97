using System.Text.Json;
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
            Avoid = task.LastFailure is { } failure && RetryRules.IsLoss(failure) ? task.InstanceId : "",
        };

    /// <summary>As the store keeps it.</summary>
    public QueueEntry ToEntry() => new($"{RunId}/{TaskId}", RunId, Role, Priority, EnqueuedAt)
    {
        Tenant = Tenant,
        Data = JsonSerializer.SerializeToUtf8Bytes(new Extra(TaskType, NotBefore > EnqueuedAt ? NotBefore.ToUnixTimeMilliseconds() : 0, TimeLimit, Avoid)),
    };

    /// <summary>As it was stored.</summary>
    public static QueuedTask From(QueueEntry entry)
    {
        var extra = entry.Data.IsEmpty ? new Extra("", 0, 0, "") : JsonSerializer.Deserialize<Extra>(entry.Data.Span)!;
        return new(entry.RunId, entry.Id[(entry.RunId.Length + 1)..], entry.Role, extra.TaskType, entry.Priority)
        {
            Tenant = entry.Tenant,
            EnqueuedAt = entry.EnqueuedAt,
            NotBefore = DateTimeOffset.FromUnixTimeMilliseconds(extra.NotBefore),
            TimeLimit = extra.TimeLimit,
            Avoid = extra.Avoid,
        };
    }

    private sealed record Extra(string TaskType, long NotBefore, int TimeLimit, string Avoid);
}
