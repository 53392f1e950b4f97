using Google.Protobuf.WellKnownTypes;
using Orchestrator.Context;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What a task is told beside its declared inputs: what people told the run, and the outputs of other tasks that matter most, within its window.</summary>
/// <remarks>
/// Declared inputs come first and whole, then what people told the run. Then the outputs of tasks that ended before the attempt began: those it needs,
/// then the most relevant to its words, then the newest. What does not fit as a whole is summarised out of its own
/// sentences, as are outputs that are artifacts; what does not fit at all is named. The same state always gives the same window.
/// </remarks>
internal static class Windows
{
    /// <summary>Tokens kept of an output that becomes an artifact.</summary>
    private const int MostKept = 2000;

    /// <summary>Tokens below which nothing is summarised.</summary>
    private const int Least = 32;

    /// <summary>What is kept for windows of an output that becomes an artifact.</summary>
    /// <param name="description">Of the task: its words tell which sentences say most.</param>
    public static (string Extract, int Tokens) Keep(Struct output, string description)
    {
        var text = Text(output);
        return (Extract.Summary(text, Extract.Words(description), MostKept), TokenEstimate.Of(text));
    }

    /// <summary>The window of the task's current attempt; null: the plan has none for it.</summary>
    /// <param name="input">Its input, filled.</param>
    /// <param name="guided">How much people had told the run when the attempt began: every attempt is told of it.</param>
    public static TaskWindow? Of(RunState state, TaskNode task, Struct input, DateTimeOffset startedAt, int guided)
    {
        var limit = task.Kind is TaskKind.Work or TaskKind.Item ? task.Definition.Window?.Tokens ?? 0 : 0;
        if (limit == 0 && guided == 0)
        {
            return null;
        }

        var declared = TokenEstimate.Of(task.Definition.Description) + task.Definition.Requirements.Sum(TokenEstimate.Of) + TokenEstimate.Of(input.ToString());
        var given = Given(task.Definition);
        declared += given.Sum(name => state.Find(name)?.WholeTokens ?? 0); // the input has a reference, the agent gets the whole
        var window = new TaskWindow { Limit = limit, Declared = declared, Used = declared };
        Guidance.Add(window, state, guided);
        if (limit == 0)
        {
            return window;
        }

        var wanted = Extract.Words($"{task.Definition.Title} {task.Definition.Description} {string.Join(' ', task.Definition.Requirements)} {input}");
        var candidates = state.Tasks
            .Where(other => other != task && other.Status == State.Completed && other.Kind is TaskKind.Work or TaskKind.Item && other.Output is not null
                && other.EndedAt <= startedAt && !given.Contains(other.Definition.Id))
            .Select(other => (Task: other, Text: Text(other), Needed: task.Definition.DependsOn.Contains(other.Definition.Id)))
            .OrderByDescending(part => part.Needed).ThenByDescending(part => Extract.Relevance(part.Text, wanted)).ThenByDescending(part => part.Task.EndedAt).ThenBy(part => part.Task.Ordinal);
        foreach (var (other, text, needed) in candidates)
        {
            if (needed || Extract.Relevance(text, wanted) > 0)
            {
                Add(window, other, text, wanted);
            }
            else
            {
                window.LeftOut.Add(new LeftOut { Source = other.Id, Tokens = Whole(other, text), Reason = "not relevant" });
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

    private static void Add(TaskWindow window, TaskNode task, string text, HashSet<string> wanted)
    {
        var tokens = TokenEstimate.Of(text);
        var whole = Whole(task, text);
        var left = window.Limit - window.Used;
        var summary = tokens <= left ? text : left >= Least ? Extract.Summary(text, wanted, left) : "";
        if (summary.Length == 0)
        {
            window.LeftOut.Add(new LeftOut { Source = task.Id, Tokens = whole, Reason = "no room" });
            return;
        }

        var part = new WindowPart { Source = task.Id, Text = summary, Tokens = TokenEstimate.Of(summary), Summarised = tokens > left || whole > tokens, Whole = whole };
        window.Parts.Add(part);
        window.Used += part.Tokens;
    }

    // Tasks whose outputs the input names: they are there already.
    private static HashSet<string> Given(PlannedTask definition) =>
        [.. Template.References(Value.ForStruct(definition.Input ?? new Struct())).Where(reference => reference.IsTask).Select(reference => reference.Root)];

    private static int Whole(TaskNode task, string text) => task.WholeTokens > 0 ? task.WholeTokens : TokenEstimate.Of(text);

    private static string Text(TaskNode task) => task.Extract.Length > 0 ? task.Extract : Text(task.Output!);

    private static string Text(Struct output) => output.Fields.Count == 1 && output.Fields.Values.First() is { KindCase: Value.KindOneofCase.StringValue } only
        ? only.StringValue : output.ToString();
}
