using System.Globalization;
using System.Text.Json.Nodes;
using Cli.Display;
using Protos.V1;

namespace Cli.Commands;

/// <summary>What <c>agents show</c> shows of a run beside its tasks.</summary>
internal static class ShowParts
{
    public static async Task HistoryAsync(Session session, IReadOnlyList<RunEvent> events)
    {
        await session.Output.WriteLineAsync();
        var text = new EventText();
        foreach (var e in events)
        {
            await session.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{e.Version,6}  {Words.When(e.Time.ToDateTimeOffset())}  {text.Of(e)}"));
        }
    }

    /// <summary>The plan as it stands, with how far each task is.</summary>
    public static async Task GraphAsync(Session session, Run run)
    {
        await session.Output.WriteLineAsync();
        var tasks = run.Tasks.Where(task => task.ParentId.Length == 0).ToDictionary(task => task.Id, StringComparer.Ordinal);
        TextTable.Write(session.Output, ["TASK", "ROLE", "STATUS", ""], PlanTree.Of([.. tasks.Values.Select(task => (task.Id, (IReadOnlyList<string>)task.DependsOn))]).Select(branch =>
        {
            var items = run.Tasks.Where(task => task.ParentId == branch.Id).ToList();
            return new[]
            {
                branch.Prefix + branch.Id, tasks[branch.Id].Role, Words.Of(tasks[branch.Id].Status), string.Join("; ", new[]
                {
                    items.Count > 0 ? $"{items.Count(item => item.EndedAt is not null)}/{items.Count}" : "",
                    branch.AlsoNeeds.Count > 0 ? $"needs {string.Join(", ", branch.AlsoNeeds)} too" : "",
                }.Where(part => part.Length > 0)),
            };
        }), Paint.Column(session, 2));
    }

    /// <summary>Entries of the run's shared memory, from its history: what was written, by whom, and who was told.</summary>
    public static JsonArray Context(IReadOnlyList<RunEvent> events)
    {
        var entries = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        var staged = new Dictionary<string, List<ContextStaged>>(StringComparer.Ordinal);
        foreach (var e in events)
        {
            switch (e.BodyCase)
            {
                case RunEvent.BodyOneofCase.TaskStarted:
                    staged.Remove(e.TaskStarted.TaskId); // what an earlier attempt wrote is gone
                    break;
                case RunEvent.BodyOneofCase.ContextStaged:
                    (staged.TryGetValue(e.ContextStaged.TaskId, out var list) ? list : staged[e.ContextStaged.TaskId] = []).Add(e.ContextStaged);
                    break;
                case RunEvent.BodyOneofCase.TaskOutput when staged.Remove(e.TaskOutput.TaskId, out var written):
                    foreach (var last in written.GroupBy(entry => entry.Key, StringComparer.Ordinal).Select(same => same.Last()))
                    {
                        Write(last.Key, last.TaskId, last.Size);
                    }

                    break;
                case RunEvent.BodyOneofCase.GuidanceGiven:
                    Write(e.GuidanceGiven.Key, e.GuidanceGiven.By?.Name ?? "", System.Text.Encoding.UTF8.GetByteCount(e.GuidanceGiven.Text));
                    break;
                case RunEvent.BodyOneofCase.TaskWindowed:
                    foreach (var part in e.TaskWindowed.Window.Parts)
                    {
                        if (entries.TryGetValue(part.Source, out var told) && told["told"]!.AsArray().All(task => (string?)task != e.TaskWindowed.TaskId))
                        {
                            told["told"]!.AsArray().Add(e.TaskWindowed.TaskId);
                        }
                    }

                    break;
            }
        }

        return new JsonArray([.. entries.Values]);

        void Write(string key, string by, long bytes)
        {
            var told = entries.GetValueOrDefault(key)?["told"]?.DeepClone() ?? new JsonArray();
            entries[key] = new JsonObject { ["key"] = key, ["version"] = ((int?)entries.GetValueOrDefault(key)?["version"] ?? 0) + 1, ["by"] = by, ["bytes"] = bytes, ["told"] = told };
        }
    }

    public static async Task ContextAsync(Session session, IReadOnlyList<RunEvent> events)
    {
        await session.Output.WriteLineAsync();
        TextTable.Write(session.Output, ["ENTRY", "VERSION", "BY", "BYTES", "TOLD TO"], Context(events).Select(entry => new[]
        {
            (string)entry!["key"]!, $"{entry["version"]}", (string)entry["by"]!, $"{entry["bytes"]}", string.Join(' ', entry["told"]!.AsArray().Select(task => (string?)task)),
        }));
    }
}
