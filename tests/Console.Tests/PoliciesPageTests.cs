namespace Console.Tests;

[Collection(PagesTests.Name)]
public sealed class PoliciesPageTests(PagesFixture console)
{
    [Fact]
    public async Task Policies_Opened_ShowsRulesAndDecisionsOfRuns()
    {
        await console.LookAsync("/policies", "policies", "#rule-tools-of-the-contract");
        await using var page = await console.OpenAsync("/policies");

        await page.SeesAsync("#decisions tr:has-text('lookup') >> text=tools-of-the-contract");
        page.ShouldBeQuiet();
    }

    [Fact]
    public async Task Policies_CallTested_SaysWhichRuleDecides()
    {
        await using var page = await console.OpenAsync("/policies");

        await page.Page.Locator("#field-tool").FillAsync("fs.read");
        await page.Page.GetByLabel("Arguments").FillAsync("""{"path": "config/.env"}""");
        await page.FollowAsync("form[aria-label='Test a call'] button");

        await page.SeesAsync(".verdict:has-text('deny') >> text=secrets-are-not-read");
        await page.PictureAsync("policies-test");
        await page.ShouldBeAccessibleAsync();
        await page.Page.GetByLabel("Arguments").FillAsync("{no");
        await page.FollowAsync("form[aria-label='Test a call'] button");
        await page.SeesAsync("#field-arguments-about .field-error");
        page.ShouldBeQuiet();
    }

    [Fact]
    public async Task Policies_FileIsBroken_SayWhereAndWhatStaysInForce()
    {
        var good = await File.ReadAllTextAsync(console.PolicyFile);
        try
        {
            await File.WriteAllTextAsync(console.PolicyFile, good.Replace("\"needs_approval\"", "\"ask\"", StringComparison.Ordinal));

            await console.LookAsync("/policies", "policies-broken", ".panel.failure:has-text('line 14')");
        }
        finally
        {
            await File.WriteAllTextAsync(console.PolicyFile, good);
        }
    }

    [Fact]
    public async Task Validate_BadText_ShowsTheErrorAtItsLine()
    {
        await using var page = await console.OpenAsync("/policies/validate");

        await page.Page.GetByLabel("Policy").FillAsync("{\n  \"tool_policy\": {\n    \"default\": \"maybe\",\n    \"rules\": []\n  }\n}");
        await page.FollowAsync("form button");

        await page.SeesAsync("#line-3.wrong");
        await page.SeesAsync("tr.problem:has-text('must be allow or deny')");
        await page.ShouldBeAccessibleAsync();
        page.ShouldBeQuiet();
    }
}
