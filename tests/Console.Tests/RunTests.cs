using Microsoft.Playwright;
using Orchestrator.Tests.Engine;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Console.Tests;

[Collection(ConsoleTests.Name)]
public sealed class RunTests(ConsoleFixture console)
{
    [Fact]
    public async Task Plan_RunGoesOn_ChangesWithoutReloadAndIsApprovedInPlace()
    {
        var gate = Guid.NewGuid().ToString();
        var runId = await console.SubmitAsync("Audit the sources of the shop and write a report", Samples.Varied(gate), ("project", "shop"));
        await using var page = await console.OpenAsync($"/runs/{runId}");
        await page.SeesAsync("[data-node=security][data-state=in-progress]");
        await page.SeesAsync("[data-node=quality][data-state=completed]");
        await page.SeesAsync("#connection[data-state=live]");
        await page.PictureAsync("run-live");
        await page.ShouldBeAccessibleAsync();
        await page.MarkAsync();

        Gates.Open(gate);

        await page.SeesAsync("[data-node=merge][data-state=completed]");
        await page.SeesAsync("[data-node=agree][data-state=waiting]");
        await page.SeesAsync("text=Publish the report with 3 findings?");
        (await page.IsTheSamePageAsync()).ShouldBeTrue();
        await page.PictureAsync("run-approval");
        await page.ShouldBeAccessibleAsync();

        await page.Page.FillAsync("textarea[name=comment]", "Looks right.");
        await page.FollowAsync("button[value=approve]");

        await page.SeesAsync(".notice:has-text('Approved.')");
        await page.SeesAsync("[data-node=report][data-state=completed]");
        await page.SeesAsync("[data-status=completed]");
        (await console.System.RunAsync(runId)).Summary.Status.ShouldBe(State.Completed);
        page.ShouldBeQuiet();
    }

    [Fact]
    public async Task Cancel_Pressed_CancelsTheRun()
    {
        var runId = await console.SubmitAsync("Wait for ever", Of(Samples.Work("wait", "Wait", [], ("until", "never"))));
        await using var page = await console.OpenAsync($"/runs/{runId}");
        page.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.SeesAsync("[data-node=wait][data-state=in-progress]");

        await page.FollowAsync("button:has-text('Cancel')");

        await page.SeesAsync("[data-status=cancelled]");
        (await console.System.RunAsync(runId)).Summary.Status.ShouldBe(State.Cancelled);
        page.ShouldBeQuiet();
    }

    [Fact]
    public async Task Failure_Followed_LeadsToItsCause()
    {
        var runId = await console.SubmitAsync("Read what is not there", Of(
            Samples.Work("look", "Look", []),
            Samples.Work("read", "Read the file", ["look"], ("fail", "report.csv: there is no such file"))));
        await TestSystem.UntilAsync(async () => (await console.System.RunAsync(runId)).Summary.Status == State.Failed, "the run has failed");
        await using var page = await console.OpenAsync($"/runs/{runId}");
        await page.SeesAsync(".failure:has-text('report.csv: there is no such file')");
        await page.SeesAsync(".failure:has-text('What you can do')");
        await page.PictureAsync("run-failed");
        await page.ShouldBeAccessibleAsync();

        await page.FollowAsync(".failure a[href*='/tasks/read']");

        await page.SeesAsync("h2:has-text('Read the file')");
        await page.SeesAsync("text=NOT_TODAY");
        await page.SeesAsync(".json-key:has-text('fail')");
        await page.PictureAsync("task-failed");
        await page.ShouldBeAccessibleAsync();

        await page.FollowAsync("tr:has-text('Failed: NOT_TODAY') a[aria-label^='Cause']");

        await page.SeesAsync("tr:target:has-text('Attempt')");
        await page.PictureAsync("run-history");
        await page.ShouldBeAccessibleAsync();
        page.ShouldBeQuiet();
    }

    [Theory]
    [InlineData("tasks", "th:has-text('Take the inventory')")]
    [InlineData("timeline", "svg.bars rect")]
    [InlineData("history", "tr#e-1")]
    [InlineData("context", "text=No task has written anything")]
    [InlineData("cost", ".card:has-text('Attempts')")]
    [InlineData("result", "text=The run goes on")]
    [InlineData("tasks/inventory", "h3:has-text('Output')")]
    public async Task Part_Opened_ShowsItself(string part, string seen)
    {
        var runId = await console.SubmitAsync("Audit the sources of the shop and write a report", Samples.Varied($"never-{part}"));
        await TestSystem.UntilAsync(async () => (await console.System.RunAsync(runId)).Tasks.Any(task => task.Id == "quality" && task.Status == State.Completed), "the items have ended");
        await using var page = await console.OpenAsync($"/runs/{runId}/{part}");

        await page.SeesAsync(seen);

        await page.PictureAsync($"run-{part.Replace('/', '-')}");
        await page.ShouldBeAccessibleAsync();
        page.ShouldBeQuiet();
    }

    [Theory]
    [InlineData("/", 1280, ColorScheme.Dark)]
    [InlineData("/", 360, ColorScheme.Light)]
    [InlineData("/runs", 1280, ColorScheme.Dark)]
    [InlineData("/runs", 360, ColorScheme.Light)]
    [InlineData("/runs/{id}", 1280, ColorScheme.Dark)]
    [InlineData("/runs/{id}", 360, ColorScheme.Light)]
    [InlineData("/runs/{id}/timeline", 360, ColorScheme.Dark)]
    [InlineData("/runs/{id}/tasks/inventory", 360, ColorScheme.Dark)]
    public async Task Page_DarkOrOnAPhone_FitsAndCanBeRead(string path, int width, ColorScheme colors)
    {
        var runId = await console.SubmitAsync("Audit the sources of the shop and write a report", Samples.Varied("never"));
        await TestSystem.UntilAsync(async () => (await console.System.RunAsync(runId)).Tasks.Any(task => task.Id == "quality" && task.Status == State.Completed), "the items have ended");

        await using var page = await console.OpenAsync(path.Replace("{id}", runId), width, colors: colors);

        await page.SeesAsync("h1");
        await page.PictureAsync($"{(path == "/" ? "home" : path.Trim('/').Replace("{id}", "run").Replace('/', '-'))}-{colors.ToString().ToLowerInvariant()}-{width}");
        await page.ShouldBeAccessibleAsync();
        page.ShouldBeQuiet();
    }
}
