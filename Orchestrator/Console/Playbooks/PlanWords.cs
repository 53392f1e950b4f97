using Protos.V1;

namespace Orchestrator.Console.Playbooks;

/// <summary>Planned tasks in words.</summary>
internal static class PlanWords
{
    /// <summary>Who or what does it.</summary>
    public static string Doer(PlannedTask task) => task.KindCase switch
    {
        PlannedTask.KindOneofCase.Approval => task.Approval.Deciders.Count > 0 ? $"a person: {string.Join(", ", task.Approval.Deciders)}" : "a person",
        PlannedTask.KindOneofCase.Wait => task.Wait.Until.Length > 0 ? $"time: until {task.Wait.Until}" : $"time: {task.Wait.Duration}",
        PlannedTask.KindOneofCase.SubRun => $"a run of {task.SubRun.Playbook}",
        PlannedTask.KindOneofCase.Discuss => $"a discussion of {string.Join(", ", task.Discuss.Participants.Select(who => who.Name))}",
        _ => $"{task.Role}: {task.TaskType}",
    };
}
