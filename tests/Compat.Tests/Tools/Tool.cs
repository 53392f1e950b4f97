using System.Diagnostics;

namespace Compat.Tests.Tools;

/// <summary>How a program ended, and what it said.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Errors);

/// <summary>Runs programs to their end; whatever a run started is gone afterwards.</summary>
internal static class Tool
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static async Task<ToolResult> RunAsync(
        string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new ToolResult(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>The standard output; anything but exit code 0 is an error with all that was said.</summary>
    public static async Task<string> OutputAsync(
        string program, IReadOnlyList<string> arguments, string folder, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var result = await RunAsync(program, arguments, folder, environment);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {result.ExitCode}.\n{result.Errors}\n{result.Output}");
    }
}
