using Google.Protobuf.WellKnownTypes;
using Orchestrator.Context;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What a task is told beside its declared inputs: the outputs of other tasks that matter most, within its window.</summary>
/// <remarks>
/// Declared inputs come first and whole. Then the outputs of tasks that ended before the attempt began: those it needs,
/// then the most relevant to its words, then the newest. What does not fit as a whole is summarised out of its own
/// sentences; what does not fit at all is named. The same state always gives the same window.
/// </remarks>
internal static class Windows
{
    /// <summary>Tokens below which nothing is summarised.</summary>
    private const int Least = 32;

    /// <summary>The window of the task's current attempt; null: the plan has none for it.</summary>
    /// <param name="input">Its input, filled.</param>
    public static TaskWindow? Of(RunState state, TaskNode task, Struct input, DateTimeOffset startedAt)
    {
        if (task.Definition.Window is not { Tokens: > 0 and var limit } || task.Kind is not (TaskKind.Work or TaskKind.Item))
        {
            return null;
        }

        var declared = TokenEstimate.Of(task.Definition.Description) + task.Definition.Requirements.Sum(TokenEstimate.Of) + TokenEstimate.Of(input.ToString());
        var window = new TaskWindow { Limit = limit, Declared = declared, Used = declared };
        var wanted = Extract.Words($"{task.Definition.Title} {task.Definition.Description} {string.Join(' ', task.Definition.Requirements)} {input}");
        var given = Given(task.Definition);
        var candidates = state.Tasks
            .Where(other => other != task && other.Status == State.Completed && other.Kind is TaskKind.Work or TaskKind.Item && other.Output is not null
                && other.EndedAt <= startedAt && !given.Contains(other.Definition.Id))
            .Select(other => (Task: other, Text: Text(other), Needed: task.Definition.DependsOn.Contains(other.Definition.Id)))
            .OrderByDescending(part => part.Needed).ThenByDescending(part => Extract.Relevance(part.Text, wanted)).ThenByDescending(part => part.Task.EndedAt).ThenBy(part => part.Task.Ordinal);
        foreach (var (other, text, needed) in candidates)
        {
            if (needed || Extract.Relevance(text, wanted) > 0)
            {
                Add(window, other.Id, text, wanted);
            }
            else
            {
                window.LeftOut.Add(new LeftOut { Source = other.Id, Tokens = TokenEstimate.Of(text), Reason = "not relevant" });
            }
        }

        return window;
    }

    /// <summary>The record of a window for the history: without the texts.</summary>
    public static RunEvent Record(TaskNode task, int attempt, TaskWindow window)
    {
        var record = window.Clone();
        foreach (var part in record.Parts)
        {
            part.Text = "";
        }

        return new RunEvent { TaskWindowed = new TaskWindowed { TaskId = task.Id, Attempt = attempt, Window = record } };
    }

    private static void Add(TaskWindow window, string source, string text, HashSet<string> wanted)
    {
        var tokens = TokenEstimate.Of(text);
        var left = window.Limit - window.Used;
        var summary = tokens <= left ? text : left >= Least ? Extract.Summary(text, wanted, left) : "";
        if (summary.Length == 0)
        {
            window.LeftOut.Add(new LeftOut { Source = source, Tokens = tokens, Reason = "no room" });
            return;
        }

        var part = new WindowPart { Source = source, Text = summary, Tokens = TokenEstimate.Of(summary), Summarised = tokens > left, Whole = tokens };
        window.Parts.Add(part);
        window.Used += part.Tokens;
    }

    // Tasks whose outputs the input names: they are there already.
    private static HashSet<string> Given(PlannedTask definition) =>
        [.. Template.References(Value.ForStruct(definition.Input ?? new Struct())).Where(reference => reference.IsTask).Select(reference => reference.Root)];

    private static string Text(TaskNode task) => task.Output!.Fields.Count == 1 && task.Output.Fields.Values.First() is { KindCase: Value.KindOneofCase.StringValue } only
        ? only.StringValue : task.Output.ToString();
}
