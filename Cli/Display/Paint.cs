using Spectre.Console;

namespace Cli.Display;

/// <summary>Colours of states on a terminal that has them; NO_COLOR is respected.</summary>
internal static class Paint
{
    private const string Reset = "\u001b[0m";

    /// <summary>Colours one column of a table by the state that begins its cells; null: no colours here.</summary>
    public static Func<int, string, string>? Column(Session session, int column) =>
        HasColours(session) ? (at, cell) => at == column ? Coloured(cell) : cell : null;

    private static bool HasColours(Session session) =>
        session.IsLive && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && AnsiConsole.Profile.Capabilities.ColorSystem != ColorSystem.NoColors;

    private static string Coloured(string cell)
    {
        var colour = cell.TrimEnd().Split(' ')[0] switch
        {
            "COMPLETED" or "ALIVE" or "ok" or "allow" => 32,
            "FAILED" or "CANCELLED" or "LOST" or "failed" or "deny" => 31,
            "REVIEW" or "REVISION" or "WAITING" or "PAUSED" or "QUARANTINED" or "warning" or "needs_approval" => 33,
            "IN_PROGRESS" or "PLANNING" or "READY" => 34,
            _ => 0,
        };
        return colour == 0 ? cell : $"\u001b[{colour}m{cell}{Reset}";
    }
}
