using System.Globalization;
using System.Text.Json;
using Cli;
using Tests.Shared;

namespace AppHost.Tests.EndToEnd;

/// <summary>The application works on a folder that it must not read: the command line packs and uploads it.</summary>
public sealed class PackedWorkspaceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("packed-").FullName;

    [Fact]
    public async Task Run_FolderThatTheServerMayNotRead_FindsWhatItFindsByPath()
    {
        var (shared, own) = (Path.Combine(_folder, "shared"), Path.Combine(_folder, "own"));
        var holes = Samples.Vulnerable(shared);
        Samples.Vulnerable(own);
        File.WriteAllText(Path.Combine(own, ".env"), "PASSWORD=hunter2");
        var grpc = FreePorts.Next();
        await using var host = AppHostProcess.Start(
            ["--store", "embedded", "--workspace", shared, "--no-dashboard", "--http-port", $"{FreePorts.Next()}", "--grpc-port", $"{grpc}"], _folder);
        var server = new Uri($"http://127.0.0.1:{grpc}");
        await host.SaysAsync("ready");

        var byPath = await AuditAsync(server, shared, "by-path");
        var packed = await AuditAsync(server, own, "packed");
        var again = await AuditAsync(server, own, "again");

        byPath.Errors.ShouldNotContain("packed");
        packed.Errors.ShouldContain("The server cannot read");
        packed.Errors.ShouldContain("packed 4 files");
        packed.Errors.ShouldContain("left out: 1 secret (.env)");
        packed.Errors.ShouldContain("uploaded");
        again.Errors.ShouldContain("the server has it already");
        packed.Findings.ShouldBe(byPath.Findings);
        again.Findings.ShouldBe(byPath.Findings);
        foreach (var hole in holes)
        {
            var place = $"{hole.File}:{hole.Line.ToString(CultureInfo.InvariantCulture)} ";
            packed.Findings.ShouldContain(finding => finding.StartsWith(place, StringComparison.Ordinal));
        }

        // What an attempt at running left is the application's own, in its own folder.
        Directory.GetDirectories(Path.Combine(_folder, ".agents", "workspaces")).Length.ShouldBe(1);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(List<string> Findings, string Errors)> AuditAsync(Uri server, string workspace, string name)
    {
        var report = Path.Combine(_folder, name);
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var code = await CommandLine.InvokeAsync(["run", "Audit this repository for security problems", "--playbook", "code-audit", "--workspace", workspace, "--out", report], server, output, errors, AppHostProcess.Soon());
        code.ShouldBe(0, output.ToString() + errors);
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(report, "report.json")));
        var findings = document.RootElement.GetProperty("findings").EnumerateArray()
            .Select(finding => $"{finding.GetProperty("file").GetString()}:{finding.GetProperty("start_line").GetInt32()} {finding.GetProperty("title").GetString()}")
            .Order(StringComparer.Ordinal).ToList();
        return (findings, errors.ToString());
    }
}
