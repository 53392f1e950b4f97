using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Planning;
using Protos.V1;

namespace Console.Tests;

[Collection(PagesTests.Name)]
public sealed class PlaybooksPageTests(PagesFixture console)
{
    private const string Good = "name: nightly\ntitle: Nightly check\ndescription: Asks and writes.\ntasks:\n  - id: ask\n    role: researcher\n    task: answer\n    input: {question: Why?}\n  - id: write\n    role: developer\n    task: implement\n    needs: [ask]\n    input: {text: \"${ask.answer}\"}\n";

    [Fact]
    public async Task Playbooks_Opened_LeadToTextPlanAndForm()
    {
        await console.LookAsync("/playbooks", "playbooks", "a:has-text('Build a feature')");
        await console.LookAsync("/playbooks/build-feature", "playbook", "svg.graph");
        await using var page = await console.OpenAsync("/playbooks");

        await page.FollowAsync("a:has-text('Build a feature')");

        await page.SeesAsync("#line-3:has-text('name: build-feature')");
        await page.CountAsync("svg.graph .graph-node", console.System.Services.GetRequiredService<PlaybookCatalog>().Find("build-feature")!.Draft.Tasks.Count);
        await page.SeesAsync("form[aria-label='Start Build a feature'] >> text=Test");
        page.ShouldBeQuiet();
    }

    [Fact]
    public async Task Validate_PastedText_ShowsErrorsAtTheirLinesThenThePlan()
    {
        await using var page = await console.OpenAsync("/playbooks/validate");

        await page.Page.GetByLabel("Playbook").FillAsync(Good.Replace("role: developer", "rol: developer", StringComparison.Ordinal));
        await page.FollowAsync("form button");
        await page.SeesAsync("#line-10.wrong");
        await page.SeesAsync("tr.problem:has-text(\"did you mean 'role'?\")");
        await page.PictureAsync("playbook-validate");
        await page.ShouldBeAccessibleAsync();

        await page.Page.GetByLabel("Playbook").FillAsync(Good);
        await page.FollowAsync("form button");
        await page.SeesAsync(".notice:has-text('Nightly check can be used')");
        await page.CountAsync("svg.graph .graph-node", 2);
        page.ShouldBeQuiet();
    }

    [Fact]
    public async Task Start_PlaybookFromItsForm_PreviewsThenRuns()
    {
        await using var page = await console.OpenAsync("/playbooks/discuss");
        var question = page.Page.Locator("form[aria-label^='Start'] [name='request']");
        await question.FillAsync("Tabs or spaces?");
        foreach (var field in await page.Page.Locator("form[aria-label^='Start'] [name^='inputs.'][required]").AllAsync())
        {
            if ((await field.InputValueAsync()).Length == 0)
            {
                await field.FillAsync("Tabs or spaces?");
            }
        }

        await page.FollowAsync("button:has-text('Preview')");
        await page.SeesAsync("h2:has-text('What would run')");
        var before = (await console.System.Engine.ListAsync(new ListRunsRequest { Playbook = "discuss" }, Orchestrator.Tests.Engine.TestSystem.Me, default)).Runs.Count;
        before.ShouldBe(0, "a preview starts nothing");
        (await question.InputValueAsync()).ShouldBe("Tabs or spaces?");
        await page.ShouldBeAccessibleAsync();

        await page.FollowAsync("form[aria-label^='Start'] button.primary");
        page.Page.Url.ShouldContain("/runs/run-");
        var run = new Uri(page.Page.Url).AbsolutePath["/runs/".Length..];
        (await console.System.RunAsync(run)).Summary.Playbook.ShouldBe("discuss");
        await console.System.Engine.CancelAsync(new CancelRunRequest { RunId = run }, Orchestrator.Tests.Engine.TestSystem.Me, default);
        page.ShouldBeQuiet();
    }
}
