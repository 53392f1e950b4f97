using System.Diagnostics;
using System.Text.Json;
using Agents.Executor;
using Agents.Executor.Chains;
using Agents.Hosting;
using Agents.Tools;
using Agents.Tools.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Tests.Shared;

namespace Agents.Writer.Tests.Chains;

/// <summary>A real folder, and chains on it as the agent runs them, without policy.</summary>
internal sealed class ChainFixture : IDisposable
{
    private readonly ServiceProvider _services;

    public ChainFixture(params string[] allowed)
    {
        Root = Directory.CreateTempSubdirectory("chain-").FullName;
        Outside = Directory.CreateTempSubdirectory("outside-").FullName;
        File.WriteAllText(Path.Combine(Outside, "secret.txt"), "secret");
        var settings = allowed.Select((command, index) => KeyValuePair.Create($"Tools:AllowedCommands:{index}", (string?)command));
        _services = new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddExecutor(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
    }

    public string Root { get; }

    public string Outside { get; }

    public List<(double Fraction, string Message)> Progress { get; } = [];

    public List<string> Gated { get; } = [];

    public void Write(string path, string text)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    public async Task<ChainOutput> RunAsync(string steps, CancellationToken cancellationToken = default)
    {
        var tools = _services.GetRequiredService<ToolRegistry>();
        using var folder = _services.GetRequiredService<ToolFolders>().Open(Root);
        var output = await _services.GetRequiredService<ChainRunner>().RunAsync(
            JsonSerializer.Deserialize<ChainInput>($$"""{"steps": [{{steps}}]}""", AgentJson.Options)!,
            (tool, args, token) =>
            {
                Gated.Add(tool);
                return tools.Find(tool)!.RunAsync(args, new ToolCallContext(folder, new ToolGrant(HostNamespaces.Grants, "")), token);
            },
            (fraction, message) =>
            {
                Progress.Add((fraction, message));
                return Task.CompletedTask;
            },
            cancellationToken);
        return output with { Changes = folder.Changes(cancellationToken) };
    }

    public async Task<StepOutcome> OneAsync(string tool, string args, CancellationToken cancellationToken = default) =>
        (await RunAsync($$"""{"tool": "{{tool}}", "args": {{args}}}""", cancellationToken)).Steps[0];

    public async Task GitAsync(params string[] arguments)
    {
        var runner = _services.GetRequiredService<ProcessRunner>();
        var outcome = await runner.RunAsync(new ProcessRequest("git", ["-c", "user.name=Test", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main", .. arguments], Root), CancellationToken.None);
        outcome.ExitCode.ShouldBe(0, outcome.Error);
    }

    public void Dispose()
    {
        _services.Dispose();
        Directory.Delete(Root, recursive: true);
        Directory.Delete(Outside, recursive: true);
    }
}
