using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What follows when a task has failed for good.</summary>
/// <remarks>
/// <code>
///   failed for good ─→ FallbackTaken ─→ WAITING ─→ role:  queued again, for agents of another role
///        │                                    ├──→ value: its output, COMPLETED
///        │ no fallback, or it was             ├──→ skip:  SKIPPED
///        │ taken already                      └──→ ask:   a decision; approved: again, rejected: FAILED
///        └──→ FAILED
/// </code>
/// </remarks>
internal static class Fallbacks
{
    public const string Role = "role";
    public const string Value = "value";
    public const string Skip = "skip";
    public const string Ask = "ask";

    /// <summary>The event for the end of all attempts: a fallback, or the failure.</summary>
    public static RunEvent Ending(TaskNode task, Failure failure) =>
        Kind(task) is { } kind
            ? new RunEvent
            {
                FallbackTaken = new FallbackTaken
                {
                    TaskId = task.Id,
                    Kind = kind,
                    Failure = failure,
                    Role = kind == Role ? task.Definition.Fallback.Role : "",
                },
            }
            : Failed(task, failure);

    /// <summary>The failure, whatever the fallback.</summary>
    public static RunEvent Failed(TaskNode task, Failure failure) =>
        new() { TaskFailed = new TaskFailed { TaskId = task.Id, Failure = failure } };

    /// <summary>Whether the result lacks the task's own output.</summary>
    public static bool StandsIn(TaskNode task) => task.Fallback is Value or Skip;

    private static string? Kind(TaskNode task) => task.Kind is TaskKind.Work or TaskKind.Item or TaskKind.Foreach
        ? task.Definition.Fallback?.KindCase switch
        {
            Fallback.KindOneofCase.Role when task.OtherRole is null && task.Kind != TaskKind.Foreach => Role,
            Fallback.KindOneofCase.Value => Value,
            Fallback.KindOneofCase.Skip => Skip,
            Fallback.KindOneofCase.Ask when !task.AskedInVain && task.Kind != TaskKind.Foreach => Ask,
            _ => null,
        }
        : null;
}
