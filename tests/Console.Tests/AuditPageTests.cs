namespace Console.Tests;

[Collection(PagesTests.Name)]
public sealed class AuditPageTests(PagesFixture console)
{
    [Fact]
    public async Task Audit_SearchedByKindAndAgent_ShowsEventsInWords()
    {
        await console.LookAsync("/audit", "audit", "table:has-text('run completed')");
        await using var page = await console.OpenAsync("/audit");

        await page.Page.GetByLabel("Kind").SelectOptionAsync("tool_called");
        await page.Page.GetByLabel("Agent").FillAsync("researcher-1");
        await page.FollowAsync("button:has-text('Search')");

        await page.SeesAsync("td:has-text('Tool lookup')");
        await page.CountAsync("tbody tr:not(:has-text('tool called'))", 0);
        await page.Page.Locator("tbody details summary").First.ClickAsync();
        await page.SeesAsync(".json-key:has-text('tool_called')");
        await page.ShouldBeAccessibleAsync();
        await page.Page.GetByLabel("Run", new() { Exact = true }).FillAsync("none");
        await page.FollowAsync("button:has-text('Search')");
        await page.SeesAsync(".failure:has-text(\"there is no run 'none'\")");
        page.ShouldBeQuiet();
    }

    [Fact]
    public async Task Audit_OfARun_IsVerifiedAndExported()
    {
        await console.LookAsync($"/audit/{console.Ended}", "audit-run", ".badge:has-text('as it was written')");
        await using var page = await console.OpenAsync($"/audit/{console.Ended}");

        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.Locator("a:has-text('Export')").ClickAsync());

        download.SuggestedFilename.ShouldBe($"{console.Ended}.jsonl");
        (await File.ReadAllLinesAsync(await download.PathAsync())).Length.ShouldBe((int)(await console.System.RunAsync(console.Ended)).Version + 1);
        page.ShouldBeQuiet();
    }
}
