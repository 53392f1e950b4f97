using System.CommandLine;

namespace Cli;

/// <summary>Commands by their names.</summary>
internal static class CommandTree
{
    /// <summary>E.g. <c>agents audit verify</c>.</summary>
    public static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}" : "agents";

    /// <summary>All that can be run, by path, in alphabetical order.</summary>
    public static IEnumerable<Command> All(Command from) =>
        from.Subcommands.OrderBy(command => command.Name, StringComparer.Ordinal)
            .SelectMany(command => command.Action is null ? All(command) : All(command).Prepend(command));

    /// <summary>The command below one that a word is closest to; null: none is close.</summary>
    public static string? Nearest(Command command, string word)
    {
        var nearest = command.Subcommands.Select(known => (known.Name, Distance: Distance(known.Name, word))).OrderBy(known => known.Distance).FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Math.Max(1, word.Length / 2) ? nearest.Name : null;
    }

    // Letters to add, take away or change.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? diagonal : diagonal + 1;
                diagonal = row[j];
                row[j] = Math.Min(cost, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
