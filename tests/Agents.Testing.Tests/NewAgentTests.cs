using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator;
using Orchestrator.Dispatch;
using Orchestrator.Processing;

namespace Agents.Testing.Tests;

/// <summary>From nothing to an agent that answers in a running system: by the guide, and by the template.</summary>
public sealed partial class NewAgentTests : IAsyncLifetime
{
    private readonly NewProject _new = new();
    private WebApplication _orchestrator = null!;

    public async Task InitializeAsync()
    {
        var data = Path.Combine(_new.Folder, "data");
        _orchestrator = OrchestratorApp.Build(
            [
                "--Kestrel:Endpoints:grpc:Url=http://127.0.0.1:0", "--Kestrel:Endpoints:http:Url=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning",
                $"--Store:Path={data}/store", $"--Artifacts:Path={data}/artifacts", $"--Security:KeyFile={data}/credential.key",
            ]);
        await _orchestrator.StartAsync();
        await UntilAsync(() => _orchestrator.Services.GetRequiredService<RunHost>().IsReady);
    }

    public async Task DisposeAsync()
    {
        await _orchestrator.StopAsync();
        await _orchestrator.DisposeAsync();
        await _new.DisposeAsync();
    }

    [Fact]
    public async Task Guide_FollowedStepByStep_AnswersARun()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "writing-an-agent.md"));
        var files = FileBlocks().Matches(guide);
        files.Select(file => file.Groups["name"].Value).ShouldBe(["Greeter.csproj", "GreeterAgent.cs", "Program.cs"]);
        Directory.CreateDirectory(Path.Combine(_new.Folder, "Greeter"));
        foreach (Match file in files)
        {
            var text = file.Groups["code"].Value.Replace("\"../agents/", $"\"{Repository.Root}/", StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(_new.Folder, "Greeter", file.Groups["name"].Value), text);
        }

        await _new.BuildAsync("Greeter");
        _new.Start("Greeter", Url(0));
        await JoinedAsync("greeter");
        var ask = RunBlock().Matches(guide).ShouldHaveSingleItem().Groups["code"].Value;

        ask.ShouldContain("http://localhost:5080/");
        var answer = await NewProject.RunAsync(_new.Folder, "bash", "-euo", "pipefail", "-c", ask.Replace("http://localhost:5080", Url(1), StringComparison.Ordinal));

        answer.ShouldContain("Hello, Ada!");
        answer.ShouldContain("COMPLETED");
    }

    [Fact]
    public async Task Template_InstalledIntoAPrivateHive_MakesAnAgentThatAnswersARun()
    {
        var hive = Path.Combine(_new.Folder, "hive");
        await NewProject.RunAsync(_new.Folder, "dotnet", "new", "install", Path.Combine(Repository.Root, "templates", "agents-agent"), "--debug:custom-hive", hive);
        await NewProject.RunAsync(
            _new.Folder, "dotnet", "new", "agents-agent", "--name", "Porter", "--role", "porter", "--repository", Repository.Root, "--debug:custom-hive", hive);

        await _new.BuildAsync("Porter");
        _new.Start("Porter", Url(0));
        await JoinedAsync("porter");
        using var http = new HttpClient();
        var message = """{"agent_message": {"to_agent": "porter", "task_type": "greet", "task": {"description": "greet", "input_data": {"name": "Ada"}}}}""";
        using var content = new StringContent(message, System.Text.Encoding.UTF8, "application/json");
        using var submitted = await http.PostAsync(new Uri($"{Url(1)}/api/runs"), content);
        using var run = System.Text.Json.JsonDocument.Parse(await submitted.Content.ReadAsStringAsync());
        var answer = await http.GetStringAsync(new Uri($"{Url(1)}/api/runs/{run.RootElement.GetProperty("run_id").GetString()}/result?wait=30"));

        answer.ShouldContain("Hello, Ada!");
        File.ReadAllText(Path.Combine(_new.Folder, "Porter", "Program.cs")).ShouldNotContain("AgentTemplate");
    }

    [GeneratedRegex("^<!-- file: (?<name>[A-Za-z.]+) -->\n```[a-z]+\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileBlocks();

    [GeneratedRegex("^<!-- run -->\n```sh\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RunBlock();

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
            await Task.Delay(10, late.Token);
    }

    // Kestrel's endpoints are in the order of their names: grpc, http.
    private string Url(int endpoint) => _orchestrator.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ElementAt(endpoint);

    private async Task JoinedAsync(string role)
    {
        var directory = _orchestrator.Services.GetRequiredService<IAgentDirectory>();
        await UntilAsync(() => directory.List(role).Count == 1 && _new.Output.Contains("Joined http://127.0.0.1", StringComparison.Ordinal));
    }
}
