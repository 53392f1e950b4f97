using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Tests.Runs;

/// <summary>Short ways to write plans and values down.</summary>
internal static class Plans
{
    public static Plan Of(params PlannedTask[] tasks)
    {
        var plan = new Plan { Result = new Struct() };
        plan.Tasks.Add(tasks);
        return plan;
    }

    public static PlannedTask Task(string id, params string[] dependsOn)
    {
        var task = new PlannedTask { Id = id, Role = "worker", TaskType = "work", Description = $"do {id}" };
        task.DependsOn.Add(dependsOn);
        return task;
    }

    public static PlannedTask Decision(string id, Approval approval, params string[] dependsOn) =>
        new() { Id = id, Approval = approval, DependsOn = { dependsOn } };

    public static PlannedTask Pause(string id, Wait wait, params string[] dependsOn) =>
        new() { Id = id, Wait = wait, DependsOn = { dependsOn } };

    public static PlannedTask Child(string id, string playbook, params string[] dependsOn) =>
        new() { Id = id, SubRun = new SubRun { Playbook = playbook }, DependsOn = { dependsOn } };

    public static PlannedTask With(this PlannedTask task, Action<PlannedTask> change)
    {
        change(task);
        return task;
    }

    public static Struct Output(params (string Name, Value Value)[] fields)
    {
        var output = new Struct();
        foreach (var (name, value) in fields)
        {
            output.Fields[name] = value;
        }

        return output;
    }

    public static Value List(params string[] items) => Value.ForList([.. items.Select(Value.ForString)]);
}
