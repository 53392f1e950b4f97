using Orchestrator.Runs;

namespace Orchestrator.Planning;

/// <summary>Whether the playbooks whose runs a playbook makes are there, take what they are given, and come to an end.</summary>
internal static class PlaybookUses
{
    public static IReadOnlyList<PlaybookError> Check(Playbook playbook, IReadOnlyDictionary<string, Playbook> all)
    {
        var errors = new List<PlaybookError>();
        foreach (var use in playbook.Uses)
        {
            void Wrong(string reason) => errors.Add(new PlaybookError(playbook.File, use.Line, use.Column, $"tasks.{use.Task}.playbook: {reason}"));
            if (!all.TryGetValue(use.Playbook, out var used))
            {
                var nearest = Suggestions.Nearest(use.Playbook, all.Keys) is { } name ? $"; did you mean '{name}'?" : "";
                Wrong($"there is no playbook '{use.Playbook}' that can be used{nearest}");
                continue;
            }

            foreach (var input in use.Inputs.Where(input => !used.InputNames.Contains(input)))
                Wrong($"the playbook '{use.Playbook}' has no input '{input}'");
            if (Circle(playbook, use.Playbook, all) is { } circle)
                Wrong($"the playbooks run in a circle: {string.Join(" → ", circle)}");
            else if (Depth(used, all) is > SubRuns.MaxDepth and var depth)
                Wrong($"runs would nest {depth} deep; at most {SubRuns.MaxDepth} are allowed");
        }

        return errors;
    }

    // The way from a use back to the playbook itself.
    private static List<string>? Circle(Playbook playbook, string first, IReadOnlyDictionary<string, Playbook> all)
    {
        var from = new Dictionary<string, string>(StringComparer.Ordinal) { [first] = playbook.Name };
        var open = new Queue<string>([first]);
        while (open.TryDequeue(out var name))
        {
            if (name == playbook.Name)
            {
                List<string> way = [name];
                for (var at = from[name]; at != playbook.Name; at = from[at])
                    way.Add(at);
                way.Add(playbook.Name);
                way.Reverse();
                return way;
            }

            foreach (var next in all.TryGetValue(name, out var known) ? known.Uses.Select(use => use.Playbook) : [])
            {
                if (from.TryAdd(next, name))
                    open.Enqueue(next);
            }
        }

        return null;
    }

    // How deep runs nest when this one is made by another. Not asked where a circle begins; one further down is cut off.
    private static int Depth(Playbook playbook, IReadOnlyDictionary<string, Playbook> all)
    {
        var level = new HashSet<string>(StringComparer.Ordinal) { playbook.Name };
        var depth = 0;
        for (; level.Count > 0 && depth <= SubRuns.MaxDepth; depth++)
        {
            level = [.. level.SelectMany(name => all.TryGetValue(name, out var known) ? known.Uses.Select(use => use.Playbook) : [])];
        }

        return depth;
    }
}
