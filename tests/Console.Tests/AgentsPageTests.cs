namespace Console.Tests;

[Collection(PagesTests.Name)]
public sealed class AgentsPageTests(PagesFixture console)
{
    [Fact]
    public async Task Agents_Opened_ShowsRolesAndTheFiguresOfTheRuns()
    {
        await console.LookAsync("/agents", "agents", "table:has-text('Figures by role')");
        await using var page = await console.OpenAsync("/agents");

        await page.SeesAsync("tr:has-text('developer') >> text=2 of 2 alive");
        var row = page.Page.Locator("table:has-text('Figures by role') tr", new() { HasText = "developer" });
        (await row.Locator("td").Nth(4).InnerTextAsync()).ShouldBe("0 %", "the first review approves no first draft");
        await page.CountAsync("figure.bar-chart svg[role=img]", 4);
        page.ShouldBeQuiet();
    }

    [Fact]
    public async Task Agent_TriedByHand_RunsAsTheInputSays()
    {
        await console.LookAsync("/agents/researcher", "agent", "h2:has-text('Try it')");
        await using var page = await console.OpenAsync("/agents/researcher");

        await page.Page.GetByLabel("Question").FillAsync("Who decides?");
        await page.Page.GetByLabel("Max sources").FillAsync("7");
        await page.FollowAsync("form[aria-label='Try answer'] button");

        page.Page.Url.ShouldContain("/runs/run-");
        var run = new Uri(page.Page.Url).AbsolutePath["/runs/".Length..];
        (await console.System.WatchAsync(run))[^1].RunCompleted.Output.Fields["answer"].StringValue.ShouldBe("The replica that owns the partition.");
        (await console.System.RunAsync(run)).Summary.Labels["try"].ShouldBe("researcher");
        await page.SeesAsync("h1");
        page.ShouldBeQuiet();
    }

    [Fact]
    public async Task Agent_InputThatTheContractRefuses_IsToldAtTheFieldAndKept()
    {
        await using var page = await console.OpenAsync("/agents/developer");
        page.Expected.Add("400");

        await page.Page.GetByLabel("Text").FillAsync("a text");
        await page.Page.GetByLabel("Folder").FillAsync("/nowhere/at/all");
        await page.FollowAsync("form[aria-label='Try implement'] button");

        await page.SeesAsync("#field-workspace-about .field-error");
        (await page.Page.GetByLabel("Text").InputValueAsync()).ShouldBe("a text");
        await page.ShouldBeAccessibleAsync();
        page.ShouldBeQuiet();
    }
}
