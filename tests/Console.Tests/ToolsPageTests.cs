namespace Console.Tests;

[Collection(PagesTests.Name)]
public sealed class ToolsPageTests(PagesFixture console)
{
    [Fact]
    public async Task Tools_Filtered_ShowOwnerRiskAndSchema()
    {
        await console.LookAsync("/tools", "tools", "#tool-lookup");
        await using var page = await console.OpenAsync("/tools?q=documents");

        await page.SeesAsync("#tool-lookup >> text=documents team");
        await page.SeesAsync("#tool-lookup >> text=low");
        await page.Page.Locator("#tool-lookup summary").First.ClickAsync();
        await page.SeesAsync("#tool-lookup .json-key:has-text('query')");
        await page.Page.GotoAsync(console.Url + "/tools?risk=critical");
        await page.SeesAsync("text=No tool is like this.");
        page.ShouldBeQuiet();
    }
}
