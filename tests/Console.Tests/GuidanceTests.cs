using Orchestrator.Tests.Engine;
using static Orchestrator.Tests.Runs.Plans;

namespace Console.Tests;

[Collection(ConsoleTests.Name)]
public sealed class GuidanceTests(ConsoleFixture console)
{
    [Fact]
    public async Task Guidance_Sent_IsShownAndBecomesAnEntryOfTheRun()
    {
        var gate = Guid.NewGuid().ToString();
        var runId = await console.SubmitAsync("Write it down", Of(Samples.Work("first", "First", [], ("until", gate)), Samples.Work("second", "Second", ["first"])));
        await using var page = await console.OpenAsync($"/runs/{runId}");
        await page.Page.FillAsync("#guide-text", "Use British spelling.");

        await page.FollowAsync("button:has-text('Send guidance')");

        await page.SeesAsync("p:has-text('Use British spelling.')");
        (await console.System.RunAsync(runId)).Guidance.ShouldHaveSingleItem().Text.ShouldBe("Use British spelling.");
        await page.FollowAsync(".tabs a:has-text('Context')");
        await page.SeesAsync("th:has-text('guidance/1')");
        await page.PictureAsync("run-guidance");
        await page.ShouldBeAccessibleAsync();
        page.ShouldBeQuiet();
        Gates.Open(gate);
    }
}
