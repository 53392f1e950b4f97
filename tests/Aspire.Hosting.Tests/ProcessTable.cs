namespace Aspire.Hosting.Tests;

/// <summary>Looks at processes by their ids.</summary>
internal static class ProcessTable
{
    /// <summary>Whether a process runs; one that has ended and was not collected yet does not.</summary>
    public static bool Runs(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The processes whose command line contains a text.</summary>
    public static int[] WithArgument(string text) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out _) && CommandLine(name!).Contains(text, StringComparison.Ordinal))
            .Select(name => int.Parse(name!)).Where(Runs),
    ];

    public static async Task ShouldEndAsync(int pid, string what)
    {
        // Nobody tells of the end of a process that is not one's own: it is looked at again and again.
        var until = Sample.Soon();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (Runs(pid) && await tick.WaitForNextTickAsync(CancellationToken.None))
            until.IsCancellationRequested.ShouldBeFalse($"{what} ({pid}) still runs");
    }

    private static string CommandLine(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
