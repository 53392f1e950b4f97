using System.Text.Json;

namespace AppHost.Tests.EndToEnd;

/// <summary>A run that asks a person, where there is no terminal to ask at.</summary>
public sealed class ApprovalTests : IDisposable
{
    private const string Playbook = """
        name: release
        title: Release
        description: Asks and ends.
        match:
          keywords: [release]
        tasks:
          go:
            approval:
              question: Release ${request}?
              deadline: 600
          pause:
            needs: [go]
            wait: {for: 1}
        result:
          summary: decided by ${go.by}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("approval-").FullName;

    [Theory]
    [InlineData("approve", 0, "COMPLETED")]
    [InlineData("reject", 1, "FAILED")]
    public async Task Run_Approval_TellsTheCommandAndGoesOnWhenItIsGiven(string command, int exitCode, string status)
    {
        File.WriteAllText(Path.Combine(_folder, "release.yaml"), Playbook);
        await using var host = AppHostProcess.Start(["run", "the kraken", "--playbook", "release", "--out", "report", "--store", "embedded"], _folder, playbooks: _folder);

        var told = await host.SaysAsync(line => line.Contains("agents approve", StringComparison.Ordinal), "agents approve");
        // As it is told, e.g. `agents approve run-1 go --server http://127.0.0.1:4711   or   agents reject …`.
        var arguments = told[(told.IndexOf("agents approve", StringComparison.Ordinal) + "agents approve".Length)..].Split("   or   ")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        (await Cli.CommandLine.InvokeAsync([command, .. arguments, "--comment", "so be it"], null, AppHostProcess.Soon())).ShouldBe(0);
        var (code, errors) = await host.EndAsync();

        code.ShouldBe(exitCode, host.Output + errors);
        host.Output.ShouldContain("go waits for anybody");
        host.Output.ShouldContain("Release the kraken?");
        host.Output.ShouldContain($"go {command}");
        using var report = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "report", "report.json")));
        report.RootElement.GetProperty("status").GetString().ShouldBe(status);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
