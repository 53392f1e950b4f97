using Orchestrator.Tests.Engine;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Console.Tests;

[Collection(ConsoleTests.Name)]
public sealed class RunsTests(ConsoleFixture console)
{
    [Fact]
    public async Task List_ChosenRunsCancelled_AreCancelledAndRetried()
    {
        var mark = $"bulk{Guid.NewGuid():n}";
        var runs = new List<string>();
        for (var n = 0; n < 3; n++)
        {
            runs.Add(await console.SubmitAsync($"Wait {n} {mark}", Of(Samples.Work("wait", "Wait", [], ("until", "never"))), ("batch", mark)));
        }

        await using var page = await console.OpenAsync($"/runs?q={mark}");
        page.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.CountAsync("tbody tr", 3);
        await page.Page.CheckAsync($"input[value='{runs[0]}']");
        await page.Page.CheckAsync($"input[value='{runs[1]}']");

        await page.FollowAsync("button[value=cancel]");

        await page.SeesAsync(".notice:has-text('2 runs asked to stop')");
        await page.CountAsync(".badge-cancelled", 2);
        (await console.System.RunAsync(runs[2])).Summary.Status.ShouldBe(State.InProgress);

        await page.Page.CheckAsync("[data-check-all]");
        await page.FollowAsync("button[value=retry]");

        await page.SeesAsync(".notice:has-text('2 runs tried again. Not tried again: 1 run.')");
        await page.CountAsync("tbody tr", 5);
        await page.PictureAsync("runs-bulk");
        page.ShouldBeQuiet();
    }

    [Fact]
    public async Task List_Filtered_ShowsWhatFitsAndGoesOnLive()
    {
        var mark = $"filter{Guid.NewGuid():n}";
        var failed = await console.SubmitAsync($"Fail {mark}", Of(Samples.Work("fail", "Fail", [], ("fail", "broken"))), ("team", mark));
        await TestSystem.UntilAsync(async () => (await console.System.RunAsync(failed)).Summary.Status == State.Failed, "the run has failed");
        await console.SubmitAsync($"Wait {mark}", Of(Samples.Work("wait", "Wait", [], ("until", mark))), ("team", mark));

        await using var page = await console.OpenAsync($"/runs?status=failed&label=team%3D{mark}");
        await page.CountAsync("tbody tr", 1);
        await page.SeesAsync($"tbody a[href='/runs/{failed}']");
        await page.ShouldBeAccessibleAsync();
        page.ShouldBeQuiet();

        await using var live = await console.OpenAsync($"/runs?status=completed&q={mark}");
        await live.SeesAsync("text=No run fits.");
        Gates.Open(mark);
        await live.CountAsync("tbody tr", 1);
        live.ShouldBeQuiet();
    }

    [Fact]
    public async Task List_UnknownState_IsRefusedWithThePage()
    {
        await using var page = await console.OpenAsync("/runs?status=sleeping");
        page.Expected.Add("400");

        await page.SeesAsync("text=status is 'sleeping'");
    }

    [Fact]
    public async Task Form_WithoutToken_IsRefused()
    {
        var runId = await console.SubmitAsync("Not to be cancelled from elsewhere", Of(Samples.Work("wait", "Wait", [], ("until", "never"))));
        using var client = new HttpClient();

        using var answer = await client.PostAsync(new Uri($"{console.Url}/runs/{runId}/cancel"), new FormUrlEncodedContent([]));

        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);
        (await console.System.RunAsync(runId)).Summary.Status.ShouldBe(State.InProgress);
    }
}
