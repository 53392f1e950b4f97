using Agents.Developer.Implementing;
using Agents.Models.Tests.Server;
using Agents.Testing;
using Agents.Tools;
using Microsoft.Extensions.DependencyInjection;
using Protos.V1;
using Tests.Shared;

namespace Agents.Models.Tests.Agents;

/// <summary>The developer with a scripted model, real tools, and a small Python project whose tests really run.</summary>
internal sealed class DeveloperTest : IDisposable
{
    public const string Source = "def total(prices):\n    return sum(prices)\n";
    public const string Tests = "import unittest\nfrom cart import total\n\n\nclass CartTest(unittest.TestCase):\n    def test_total(self):\n        self.assertEqual(total([1, 2]), 3)\n";
    public const string NewTests = Tests + "\n    def test_discount(self):\n        self.assertEqual(total([100], discount=10), 90)\n";
    public const string Wrong = "def total(prices, discount=0):\n    return sum(prices) - discount / 100\n";
    public const string Right = "def total(prices, discount=0):\n    return sum(prices) * (100 - discount) / 100\n";

    public static readonly string[] Unittest = ["python3", "-m", "unittest"];
    private static readonly string[] Tools = ["fs.read", "fs.list", "fs.search", "fs.write", "fs.patch", "fs.delete", "shell.run", "test.run"];
    private readonly ServiceProvider _services;
    private readonly AgentModels _models;

    public DeveloperTest(ModelServer? server, string allowed = "python3 -m unittest", Action<TaskAssignment>? configure = null)
    {
        Files["cart.py"] = Source;
        Files["test_cart.py"] = Tests;
        var services = new ServiceCollection();
        services.AddTools(ModelTest.Settings(("Tools:AllowedCommands:0", allowed)));
        _services = services.BuildServiceProvider();
        _models = server is null ? AgentModels.None
            : AgentModels.Read(ModelTest.Settings(("Models:Provider", "compatible"), ("Models:Model", "m"), ("Models:Compatible:Endpoint", server.Endpoint)));
        Task = new TestTaskContext(Files.Path, Tools, configure)
        {
            Policy = _ => new DecideToolCallResponse { Effect = PolicyEffect.Allow, Reason = "test", Grants = { HostNamespaces.Grants } },
        };
    }

    public TemporaryFiles Files { get; } = new();

    public TestTaskContext Task { get; }

    public Task<ImplementOutput> RunAsync(ImplementInput? input = null) =>
        new ImplementerAgent(_models, _services.GetRequiredService<ToolRegistry>(), _services.GetRequiredService<ToolFolders>(), new DeveloperOptions())
            .ImplementAsync(input ?? new ImplementInput("Give discounts.", Test: Unittest), Task.Context, CancellationToken.None);

    public static Reply Write(params (string Path, string Text)[] files) =>
        Reply.Calls([.. files.Select(file => ("fs_write", System.Text.Json.JsonSerializer.Serialize(new { path = file.Path, text = file.Text, replace = true })))]);

    public static Reply Done(string summary = "Done.") => Reply.Json(new { summary });

    public void Dispose()
    {
        _services.Dispose();
        Files.Dispose();
    }
}
