using Google.Protobuf.WellKnownTypes;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Console.Tests;

[Collection(PagesTests.Name)]
public sealed class ApprovalsPageTests(PagesFixture console)
{
    [Fact]
    public async Task Approvals_RunAsks_AppearsByItselfAndIsDecidedWithAComment()
    {
        await using var page = await console.OpenAsync("/approvals");
        await page.SeesAsync("h1:has-text('Approvals')");

        var run = await console.System.SubmitAsync(Of(Decision("release", new Approval
        {
            Question = "Shall the release go out?",
            Evidence = Output(
                ("summary", Value.ForString("All **412** tests pass.\n\n- two warnings\n- no failures")),
                ("diff", Value.ForString("--- a/version.txt\n+++ b/version.txt\n@@ -1 +1 @@\n-1.0\n+1.1\n")),
                ("findings", Value.ForList(Value.ForStruct(Output(("severity", Value.ForString("LOW")), ("title", Value.ForString("A name is unclear")), ("file", Value.ForString("src/a.cs"))))))),
        })));
        await page.SeesAsync("h2:has-text('Shall the release go out?')");
        var card = page.Page.Locator("section.approval", new() { HasText = "Shall the release go out?" });
        (await card.Locator("strong").First.InnerTextAsync()).ShouldBe("412");
        await page.PictureAsync("approvals");
        await page.ShouldBeAccessibleAsync();

        // What is typed stays while the list is brought up to date.
        await card.Locator("textarea").FillAsync("Go, but watch the logs.");
        await page.Page.WaitForResponseAsync(response => response.Url.Contains("/approvals/fragments/list", StringComparison.Ordinal), new() { Timeout = 90_000 });
        (await card.Locator("textarea").InputValueAsync()).ShouldBe("Go, but watch the logs.");
        await page.MarkAsync();
        await card.Locator("button:has-text('Approve')").ClickAsync();

        await page.SeesAsync(".notice:has-text('Approved: release')");
        var decided = (await console.System.UntilAsync(run, e => e.ApprovalDecided is not null)).ApprovalDecided;
        (decided.Approved, decided.Comment, decided.By.Name).ShouldBe((true, "Go, but watch the logs.", "local"));
        await page.CountAsync("h2:has-text('Shall the release go out?')", 0);
        page.ShouldBeQuiet();
    }

    [Fact]
    public async Task Approvals_NotForMe_CannotBeDecidedHere()
    {
        var run = await console.System.SubmitAsync(Of(Decision("other", new Approval { Question = "Only for Ann?", Deciders = { "ann" } })));
        await console.System.UntilAsync(run, e => e.ApprovalRequested is not null);

        await console.LookAsync("/approvals", "approvals-others", "h2:has-text('Only for Ann?')");
        await using var page = await console.OpenAsync("/approvals?mine=true");
        await page.SeesAsync("h1");
        await page.CountAsync("h2:has-text('Only for Ann?')", 0);
        await page.Page.GotoAsync(console.Url + "/approvals");
        await page.CountAsync("section.approval:has-text('Only for Ann?') button", 0);
        page.ShouldBeQuiet();
        await console.System.Engine.CancelAsync(new CancelRunRequest { RunId = run }, Orchestrator.Tests.Engine.TestSystem.Me, default);
    }
}
