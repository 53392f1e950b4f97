using Protos.V1;

namespace Orchestrator.Tests.Insight;

public sealed class EventSearchTests(InsightSystem system) : IClassFixture<InsightSystem>
{
    [Fact]
    public async Task Search_AllRunsInPages_FindsEachEventOnceNewestRunFirst()
    {
        var runs = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            runs.Add((await system.PostAsync<SubmitRunResponse>("/api/agents/worker/try", new { task_type = "tool", input = new { text = $"needle-{i}" } })).RunId);
            await system.System.WatchAsync(runs[^1]);
        }

        var found = new List<RunEvent>();
        var token = "";
        do
        {
            var page = await system.GetAsync<SearchEventsResponse>($"/api/audit/events?kind=tool_called,task_started&agent=worker&page_size=3&page_token={token}");
            found.AddRange(page.Events);
            token = page.NextPageToken;
            if (found.Count == 3)
            {
                // In the midst of it another run comes.
                await system.System.WatchAsync((await system.PostAsync<SubmitRunResponse>("/api/agents/worker/try", new { task_type = "work", input = new { text = "later" } })).RunId);
            }
        }
        while (token.Length > 0);

        var ours = found.Where(e => runs.Contains(e.RunId)).ToList();
        ours.Select(e => (e.RunId, e.Version)).ShouldBeUnique();
        ours.Count(e => e.ToolCalled is not null).ShouldBe(4);
        ours.Count(e => e.TaskStarted is not null).ShouldBe(4);
        ours.Select(e => e.RunId).Distinct().ShouldBe(Enumerable.Reverse(runs));
    }

    [Fact]
    public async Task Search_ByInstanceToolAndText_AllMustFit()
    {
        var run = (await system.PostAsync<SubmitRunResponse>("/api/agents/worker/try", new { task_type = "tool", input = new { text = "haystack" } })).RunId;
        await system.System.WatchAsync(run);

        (await FindAsync("agent=worker-1&tool=probe&text=HAYSTACK")).ShouldHaveSingleItem().ToolCalled.ShouldNotBeNull();
        (await FindAsync("agent=worker-2&tool=probe")).ShouldBeEmpty();
        (await FindAsync("tool=other")).ShouldBeEmpty();
        (await FindAsync("")).Select(e => e.Version).ShouldBe(Enumerable.Range(1, (await FindAsync("")).Count).Select(i => (long)i));

        async Task<IReadOnlyList<RunEvent>> FindAsync(string filter) => (await system.GetAsync<SearchEventsResponse>($"/api/audit/events?run={run}&{filter}".TrimEnd('&'))).Events;
    }

    [Theory]
    [InlineData("kind=tool_caled", 400, "did you mean 'tool_called'?")]
    [InlineData("run=none", 404, "there is no run 'none'")]
    [InlineData("page_token=!", 400, "is not from an earlier answer")]
    [InlineData("page_size=201", 400, "it must be 0 to 200")]
    public async Task Search_BadInput_IsAProblem(string query, int status, string detail)
    {
        using var response = await system.Http.GetAsync(new Uri($"/api/audit/events?{query}", UriKind.Relative));

        ((int)response.StatusCode).ShouldBe(status);
        (await response.Content.ReadAsStringAsync()).ShouldContain(detail);
    }

    [Fact]
    public async Task Audit_OfARun_IsVerifiedAndExportedByRest()
    {
        var run = (await system.PostAsync<SubmitRunResponse>("/api/agents/worker/try", new { task_type = "work", input = new { text = "a" } })).RunId;
        var events = await system.System.WatchAsync(run);

        var report = await system.GetAsync<AuditReport>($"/api/runs/{run}/audit");
        var lines = (await system.Http.GetStringAsync(new Uri($"/api/runs/{run}/audit/export", UriKind.Relative))).TrimEnd('\n').Split('\n');

        (report.Ok, report.Events).ShouldBe((true, events.Count));
        lines.Length.ShouldBe(events.Count + 1);
        ExportRunResponse.Parser.ParseJson(lines[0]).Event.ShouldBe(events[0]);
        ExportRunResponse.Parser.ParseJson(lines[^1]).Head.ShouldContain(report.LastHash);
        ((int)(await system.Http.GetAsync(new Uri("/api/runs/none/audit", UriKind.Relative))).StatusCode).ShouldBe(404);
    }
}
