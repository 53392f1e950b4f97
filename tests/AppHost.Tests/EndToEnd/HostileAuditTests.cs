using System.Text.Json;
using Tests.Shared;

namespace AppHost.Tests.EndToEnd;

/// <summary>The playbook code-audit as a whole, by agents in processes of their own, over a workspace that was made to do harm.</summary>
public sealed class HostileAuditTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hostile-audit-").FullName;
    private readonly HostileFolder _workspace = new();

    [Fact]
    public async Task Run_AuditOfAHostileWorkspace_ReportsWhatIsWrongChangesNothingAndLeaksNothing()
    {
        Environment.SetEnvironmentVariable("HOSTILE_AUDIT_SECRET", HostileFolder.Secret);

        var (code, output, errors) = await AppHostProcess.RunAsync(
            ["run", "Audit the code", "--playbook", "code-audit", "--input", "fix=true", "--workspace", _workspace.Root, "--out", "report", "--store", "embedded", "--data", Path.Combine(_folder, "data")], _folder);

        code.ShouldBe(0, output + errors);
        using var report = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "report", "report.json")));
        report.RootElement.GetProperty("status").GetString().ShouldBe("COMPLETED");
        report.RootElement.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("file").GetString()).ShouldContain("a\nb.py", output);
        output.ShouldNotContain(HostileFolder.Secret);
        // Reports, logs, the store and artifacts.
        foreach (var file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories))
            File.ReadAllText(file).ShouldNotContain(HostileFolder.Secret, customMessage: file);
        _workspace.ShouldBeAsItWas();
    }

    public void Dispose()
    {
        _workspace.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
