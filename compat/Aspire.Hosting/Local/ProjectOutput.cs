using System.Reflection;
using System.Runtime.InteropServices;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Local;

/// <summary>Finds what a project was built to.</summary>
internal static class ProjectOutput
{
    /// <summary>The folder of the .NET installation that runs this process.</summary>
    public static string DotnetRoot { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>The command that runs a project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="appHost">The app host's assembly, whose build built the project; null when it is not known.</param>
    /// <returns>The program and its first arguments.</returns>
    public static (string File, string[] Arguments) Find(ProjectResource project, Assembly? appHost)
    {
        var metadata = project.GetProjectMetadata();
        var key = AssemblyFacts.ProjectOutput + metadata.ProjectPath;
        var output = AssemblyFacts.Read(metadata.GetType().Assembly, key) ?? AssemblyFacts.Read(appHost, key) ?? Probe(metadata.ProjectPath, appHost);
        if (output is null || !File.Exists(output))
        {
            throw new DistributedApplicationException(File.Exists(metadata.ProjectPath)
                ? $"Project '{project.Name}' has no built output{(output is null ? "" : $" at {output}")}; build it: dotnet build {metadata.ProjectPath}"
                : $"Project '{project.Name}' does not exist: {metadata.ProjectPath}");
        }

        var program = OperatingSystem.IsWindows() ? Path.ChangeExtension(output, ".exe") : output[..^".dll".Length];
        if (File.Exists(program))
            return (program, []);
        var dotnet = Path.Combine(DotnetRoot, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return (File.Exists(dotnet) ? dotnet : "dotnet", [output]);
    }

    /// <summary>The newest output of the app host's configuration, else of any.</summary>
    private static string? Probe(string projectPath, Assembly? appHost)
    {
        var bin = Path.Combine(Path.GetDirectoryName(projectPath) ?? "", "bin");
        if (!Directory.Exists(bin))
            return null;
        var configuration = appHost?.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "Debug";
        return Directory.EnumerateFiles(bin, Path.GetFileNameWithoutExtension(projectPath) + ".dll", SearchOption.AllDirectories)
            .Where(f => File.Exists(Path.ChangeExtension(f, ".runtimeconfig.json")))
            .OrderByDescending(f => f.Contains($"{Path.DirectorySeparatorChar}{configuration}{Path.DirectorySeparatorChar}", StringComparison.OrdinalIgnoreCase))
            .ThenByDescending(File.GetLastWriteTimeUtc)
            .FirstOrDefault();
    }
}
