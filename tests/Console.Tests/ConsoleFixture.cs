using Agents.Hosting;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Orchestrator.Tests.Engine;
using Protos.V1;
using Tests.Shared;

namespace Console.Tests;

/// <summary>A browser, and a running system with real agents whose console it looks at.</summary>
public sealed class ConsoleFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private TestSystem? _system;

    internal IBrowser Browser => _browser!;

    internal TestSystem System => _system!;

    /// <summary>Where the console is.</summary>
    public string Url { get; } = $"http://127.0.0.1:{FreePorts.Next()}";

    /// <summary>Opens a page of the console and looks for what goes wrong in it.</summary>
    internal Task<WatchedPage> OpenAsync(string path, int width = 1280, int height = 900, ColorScheme colors = ColorScheme.Light) =>
        WatchedPage.OpenAsync(Browser, Url + path, width, height, colors);

    /// <summary>Starts a plan as it stands.</summary>
    internal static async Task<string> SubmitAsync(TestSystem system, string request, Plan plan, params (string Key, string Value)[] labels)
    {
        PlanRules.Violations(plan).ShouldBeEmpty();
        var runId = $"run-{Guid.NewGuid():n}";
        var submitted = new RunSubmitted { Request = request, Principal = TestSystem.Me, Inputs = new Struct(), Priority = 5 };
        foreach (var (key, value) in labels)
        {
            submitted.Labels[key] = value;
        }

        var command = new SubmitCommand { Submitted = submitted, Plan = new PlanRequested { Playbook = "test", Reason = "as the test says", Draft = plan }, TraceId = "0af7651916cd43dd8448eb211c80319c" };
        var answer = await system.Services.GetRequiredService<RunCommands>().SendAsync(
            new InboxCommand { RunId = runId, RequestId = runId, Principal = TestSystem.Me, Submit = command }, CancellationToken.None);
        answer.Code.ShouldBe("");
        return runId;
    }

    /// <summary>Starts a plan in the shared system.</summary>
    internal Task<string> SubmitAsync(string request, Plan plan, params (string Key, string Value)[] labels) => SubmitAsync(System, request, plan, labels);

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
        _system = await TestSystem.StartAsync($"--Kestrel:Endpoints:http:Url={Url}");
        await TestAgents.AddAllAsync(_system);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_system is not null)
        {
            await _system.DisposeAsync();
        }
    }
}

/// <summary>Tests that share the browser and the system: each makes runs of its own.</summary>
[CollectionDefinition(Name)]
public sealed class ConsoleTests : ICollectionFixture<ConsoleFixture>
{
    public const string Name = "console";
}
