using Google.Protobuf.WellKnownTypes;

namespace Console.Tests;

[Collection(ConsoleTests.Name)]
public sealed class HomeTests(ConsoleFixture console)
{
    [Fact]
    public async Task Home_Opened_ShowsTheSystemAndFollowsIt()
    {
        var gate = Guid.NewGuid().ToString();
        Gates.Open(gate);
        await console.SubmitAsync("Audit the sources of the shop and write a report", Samples.Varied(gate));
        await console.SubmitAsync("Compare the offers of the three suppliers", Samples.Varied("never"));
        await using var page = await console.OpenAsync("/");
        await page.SeesAsync(".card:has-text('Agents alive')");
        await page.SeesAsync(".card.warn:has-text('Approvals waiting')");
        await page.MarkAsync();
        var held = Samples.Wide(10);
        held.Tasks[1].Input.Fields["until"] = Value.ForString("never");

        var runId = await console.SubmitAsync("Look at 10 files of the archive", held);

        await page.SeesAsync($"a[href='/runs/{runId}']");
        (await page.IsTheSamePageAsync()).ShouldBeTrue();
        await page.PictureAsync("home");
        await page.ShouldBeAccessibleAsync();
        page.ShouldBeQuiet();
    }

    [Fact]
    public async Task Start_PlaybookFormFilledIn_PreviewsThePlanAndRunsIt()
    {
        await using var page = await console.OpenAsync("/");
        await page.FollowAsync("a.chip[href*='playbook=data-change']");
        await page.Page.FillAsync("#request", "Close the orders of last year");
        await page.Page.FillAsync("[name='inputs.sql']", "update orders set state = $1 where year = $2");
        await page.Page.FillAsync("[name='inputs.values']", "closed\n2025");

        await page.FollowAsync("button:has-text('Preview the plan')");

        await page.SeesAsync(".graph-node");
        await page.SeesAsync("text=No agent is alive of");
        await page.PictureAsync("start-preview");
        await page.ShouldBeAccessibleAsync();

        await page.FollowAsync("#start-form button.primary");

        await page.SeesAsync("[data-status]");
        var runId = new Uri(page.Page.Url).Segments[^1];
        var run = await console.System.RunAsync(runId);
        run.Summary.Playbook.ShouldBe("data-change");
        run.Summary.Request.ShouldBe("Close the orders of last year");
        run.Inputs.Fields["values"].ListValue.Values.Select(value => value.StringValue).ShouldBe(["closed", "2025"]);
        page.ShouldBeQuiet();
    }

    [Fact]
    public async Task Start_InputBreaksTheSchema_SaysWhichFieldAndKeepsWhatWasEntered()
    {
        await using var page = await console.OpenAsync("/start?playbook=code-audit");
        page.Expected.Add("400");
        await page.Page.FillAsync("#workspace", "/nowhere/at/all");
        await page.Page.FillAsync("#request", "Audit it");

        await page.FollowAsync("#start-form button.primary");

        await page.SeesAsync(".field-error:has-text('/nowhere/at/all'), [role=alert]:has-text('/nowhere/at/all')");
        await page.SeesAsync("[aria-invalid=true], [role=alert]");
        (await page.Page.InputValueAsync("#request")).ShouldBe("Audit it");
        await page.PictureAsync("start-refused");
        await page.ShouldBeAccessibleAsync();
        page.ShouldBeQuiet();
    }
}
