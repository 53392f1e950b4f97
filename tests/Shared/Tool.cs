using System.Diagnostics;

namespace Tests.Shared;

/// <summary>How a program ended, and what it said.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Errors);

/// <summary>Runs programs to their end; whatever a run started is gone afterwards.</summary>
internal static class Tool
{
    private static readonly TimeSpan UsualLimit = TimeSpan.FromMinutes(2);

    /// <summary>For another build: what this test's own left in the environment is not for it.</summary>
    public static IReadOnlyDictionary<string, string?> OutsideThisBuild { get; } = Environment.GetEnvironmentVariables().Keys.Cast<string>()
        .Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToDictionary(name => name, string? (_) => null);

    /// <summary>Runs a program.</summary>
    /// <param name="environment">Variables to set; null values take them away. Null: as here.</param>
    /// <param name="limit">After which it is killed. Null: 2 minutes.</param>
    public static async Task<ToolResult> RunAsync(
        string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string?>? environment = null, TimeSpan? limit = null)
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
        using var late = new CancellationTokenSource(limit ?? UsualLimit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(late.Token);
            var errors = process.StandardError.ReadToEndAsync(late.Token);
            await process.WaitForExitAsync(late.Token);
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
