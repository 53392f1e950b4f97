using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What an attempt is told.</summary>
internal static class Assignments
{
    /// <summary>The assignment of the task's current attempt, all but the signature of its credential.</summary>
    public static TaskAssignment Of(RunState state, TaskNode task)
    {
        var definition = task.Definition;
        Value Resolve(Reference reference) => state.Resolve(reference, task);
        var seconds = definition.TimeLimit;
        var assignment = new TaskAssignment
        {
            MessageId = $"{state.RunId}/{task.Id}/{task.Attempt}",
            FromAgent = "orchestrator",
            ToAgent = task.Role,
            TaskType = definition.TaskType,
            Priority = Priorities.Name(state.PriorityOf(task)),
            Context = Template.Fill(definition.Context ?? new Struct(), Resolve),
            Task = new TaskBody
            {
                Description = Template.FillText(definition.Description, Resolve),
                // The draft that a planner gets is full of references; they are for later.
                InputData = task.Kind == TaskKind.Plan ? definition.Input ?? new Struct() : Template.Fill(definition.Input ?? new Struct(), Resolve),
            },
            ExpectedOutput = definition.ExpectedOutput,
            Constraints = new Constraints { TimeLimit = seconds },
            Credential = new AttemptCredential
            {
                RunId = state.RunId,
                TaskId = task.Id,
                Attempt = task.Attempt,
                Epoch = task.Epoch,
                ExpiresAt = Timestamp.FromDateTimeOffset(task.Deadline),
                InstanceId = task.InstanceId,
            },
            Principal = state.Submitted.Principal,
            Workspace = state.Submitted.Workspace,
            Deadline = Timestamp.FromDateTimeOffset(task.Deadline),
            Reserved = task.Reserved,
            ModelHint = task.ModelHint,
        };
        assignment.Window = Windows.Of(state, task, assignment.Task.InputData, task.StartedAt ?? default, task.Guided);
        assignment.Task.Requirements.Add(definition.Requirements.Select(text => Template.FillText(text, Resolve)));
        if (task.LastFailure is { Code: FailureCodes.InvalidOutput, Details: { } details }
            && details.Fields.TryGetValue("violations", out var violations) && violations.KindCase == Value.KindOneofCase.ListValue)
        {
            assignment.Violations.Add(violations.ListValue.Values.Select(Values.ToText));
        }

        if (task.Review is not null && task.Output is not null)
        {
            assignment.Revision = new Revision
            {
                Round = task.Round,
                PreviousOutput = state.Resolve(new Reference(task.Id, []), task).StructValue,
                Review = task.Review,
                Rulings = { task.Rulings },
            };
        }

        return assignment;
    }
}

/// <summary>The four words for a priority, and the numbers 0 to 9 of the queue.</summary>
internal static class Priorities
{
    /// <summary>What counts when nothing is said.</summary>
    public const int Normal = 5;

    /// <summary>Reads <c>low</c>, <c>normal</c>, <c>high</c>, <c>critical</c> (2, 5, 7, 9) or a number from 0 to 9; empty is normal.</summary>
    /// <returns>False for anything else.</returns>
    public static bool TryParse(string text, out int priority)
    {
        priority = text switch
        {
            "" or "normal" => Normal,
            "low" => 2,
            "high" => 7,
            "critical" => 9,
            [>= '0' and <= '9' and var digit] => digit - '0',
            _ => -1,
        };
        return priority >= 0;
    }

    /// <summary>The nearest word.</summary>
    public static string Name(int priority) => priority switch { >= 9 => "critical", >= 7 => "high", >= 4 => "normal", _ => "low" };
}
