using Microsoft.Playwright;
using Orchestrator.Tests.Engine;
using Protos.V1;
using Tests.Shared;
using static Orchestrator.Tests.Runs.Plans;

namespace Console.Tests;

[Collection(ConsoleTests.Name)]
public sealed class RestartTests(ConsoleFixture console)
{
    [Fact]
    public async Task History_OrchestratorRestarts_GoesOnWithoutGapOrDuplicate()
    {
        var (before, after) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var url = $"http://127.0.0.1:{FreePorts.Next()}";
        await using var system = await TestSystem.StartAsync($"--Kestrel:Endpoints:http:Url={url}");
        await TestAgents.AddAllAsync(system);
        var runId = await ConsoleFixture.SubmitAsync(system, "Go on over a restart", Of(
            Samples.Work("first", "First", [], ("until", before)),
            Samples.Work("second", "Second", ["first"], ("until", after)),
            Samples.Work("third", "Third", ["second"])));
        await using var page = await WatchedPage.OpenAsync(console.Browser, $"{url}/runs/{runId}/history", 1280, 900, ColorScheme.Light);
        await page.SeesAsync("#connection[data-state=live]");
        await page.MarkAsync();
        Gates.Open(before);
        await page.SeesAsync("tr:has-text('second'):has-text('Attempt 1')");

        // The browser tells on its console that the server is away.
        page.Expected.AddRange(["ERR_CONNECTION", "ERR_INCOMPLETE", "ERR_EMPTY", "503", "ERR_SOCKET"]);
        await system.StopOrchestratorAsync();
        await page.SeesAsync("#connection[data-state=lost]");
        await system.StartOrchestratorAsync();
        Gates.Open(after);
        await page.SeesAsync("tr:has-text('Run completed')");

        (await page.IsTheSamePageAsync()).ShouldBeTrue();
        var shown = await page.Page.Locator("[data-rows] tr").EvaluateAllAsync<string[]>("rows => rows.map(row => row.id)");
        var run = await system.RunAsync(runId);
        run.Summary.Status.ShouldBe(State.Completed);
        shown.ShouldBe(Enumerable.Range(1, (int)run.Version).Select(version => $"e-{version}"));
        page.ShouldBeQuiet();
    }
}
