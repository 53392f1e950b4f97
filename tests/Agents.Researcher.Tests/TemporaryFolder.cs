using System.Diagnostics;
using Agents.Workspaces;

namespace Agents.Researcher.Tests;

/// <summary>A folder of the test's own that is gone when the test is over.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("agents-test-").FullName;

    public string Path { get; }

    public Workspace Open() => Workspace.Open(Path);

    public string Combine(string relative) => System.IO.Path.Combine(Path, relative);

    public TemporaryFolder Write(string relative, string text)
    {
        var full = Combine(relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return this;
    }

    public TemporaryFolder Write(string relative, byte[] bytes)
    {
        var full = Combine(relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
        return this;
    }

    public string Git(params string[] arguments) => Run("git", ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "core.quotePath=false", .. arguments]);

    public string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Path, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, errors.GetAwaiter().GetResult());
        return output;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
