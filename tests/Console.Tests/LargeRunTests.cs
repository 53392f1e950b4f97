using System.Diagnostics;
using Orchestrator.Tests.Engine;
using Protos.V1;
using Xunit.Abstractions;

namespace Console.Tests;

[Collection(ConsoleTests.Name)]
public sealed class LargeRunTests(ConsoleFixture console, ITestOutputHelper output)
{
    [Fact]
    public async Task Run_Of2000Tasks_IsReadInPages()
    {
        var runId = await console.SubmitAsync("Look at 2,000 files", Samples.Wide(2000));
        await TestSystem.UntilAsync(async () => (await console.System.RunAsync(runId)).Summary.Status == State.Completed, "all items have ended");
        var clock = Stopwatch.StartNew();
        await using var page = await console.OpenAsync($"/runs/{runId}");
        await page.SeesAsync("[data-node=each][data-state=completed]");
        output.WriteLine($"plan of 2,002 tasks: {clock.ElapsedMilliseconds} ms to open a window, load and see it");
        output.WriteLine($"first contentful paint: {await page.Page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1"):0} ms, document {await page.Page.EvaluateAsync<double>("() => performance.getEntriesByType('navigation')[0].transferSize") / 1000:0} kB");
        await page.CountAsync("[data-node]", 3);
        await page.ShouldBeAccessibleAsync();

        await page.FollowAsync("[data-node=each] a");

        await page.CountAsync("[data-node=each] .graph-cell", 400);
        await page.PictureAsync("run-large-open");
        await page.ShouldBeAccessibleAsync();

        foreach (var part in new[] { "tasks", "timeline", "history", "cost" })
        {
            clock.Restart();
            await page.Page.GotoAsync($"{console.Url}/runs/{runId}/{part}");
            await page.SeesAsync("table tbody tr");
            output.WriteLine($"{part}: {clock.ElapsedMilliseconds} ms");
        }

        await page.Page.GotoAsync($"{console.Url}/runs/{runId}/tasks");
        await page.CountAsync("tbody tr", 100);
        await page.FollowAsync("a[rel=next]");
        await page.SeesAsync("text=101 to 200 of 2,003");
        page.ShouldBeQuiet();
    }
}
