namespace Console.Tests;

[Collection(PagesTests.Name)]
public sealed class SchedulesPageTests(PagesFixture console)
{
    [Fact]
    public async Task Schedules_AddedChangedAndDeleted_AsTheFormsSay()
    {
        await using var page = await console.OpenAsync("/schedules/new");
        page.Expected.Add("400");
        await page.Page.Locator("#field-name").FillAsync("nightly-answer");
        await page.Page.GetByLabel("What is wanted").FillAsync("Who holds a lease?");
        await page.Page.Locator("#field-cron").FillAsync("0 25 * * *");
        await page.FollowAsync("button:has-text('Add')");
        await page.SeesAsync("#field-cron-about .field-error");
        (await page.Page.Locator("#field-name").InputValueAsync()).ShouldBe("nightly-answer");
        await page.ShouldBeAccessibleAsync();

        await page.Page.Locator("#field-cron").FillAsync("0 6 * * 1-5");
        await page.Page.Locator("#field-time_zone").FillAsync("Europe/Vienna");
        await page.Page.Locator("#field-playbook").FillAsync("discuss");
        await page.FollowAsync("button:has-text('Add')");
        await page.SeesAsync(".notice:has-text('nightly-answer is kept')");
        await page.SeesAsync("tr:has-text('nightly-answer') >> text=Europe/Vienna");
        await console.LookAsync("/schedules", "schedules", "a:has-text('nightly-answer')");
        await console.LookAsync("/schedules/nightly-answer", "schedule", "h2:has-text('Next starts')");

        await page.FollowAsync("a:has-text('nightly-answer')");
        await page.CountAsync("ol.times li", 5);
        await page.Page.GetByLabel("Again and again").CheckAsync();
        await page.Page.GetByLabel("Seconds between two starts").FillAsync("86400");
        await page.Page.GetByLabel("Paused: it starts nothing").CheckAsync();
        await page.FollowAsync("button:has-text('Save')");
        await page.SeesAsync("tr:has-text('nightly-answer') >> text=every 1 d");
        await page.SeesAsync("tr:has-text('nightly-answer') >> text=paused");

        await page.FollowAsync("a:has-text('nightly-answer')");
        page.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.FollowAsync("button:has-text('Delete')");
        await page.SeesAsync("text=There is no schedule.");
        await page.ShouldBeAccessibleAsync();
        page.ShouldBeQuiet();
    }
}
