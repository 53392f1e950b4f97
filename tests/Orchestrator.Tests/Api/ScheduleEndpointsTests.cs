using System.Net;
using System.Text;

namespace Orchestrator.Tests.Api;

public sealed class ScheduleEndpointsTests : IAsyncLifetime
{
    private RestHost _host = null!;

    public async Task InitializeAsync() => _host = await RestHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Schedule_PutGetListDelete_IsThereThenGone()
    {
        const string Body = """{"cron": "0 3 * * MON-FRI", "time_zone": "Europe/Vienna", "run": {"request": "Audit", "workspace": {"path": "/src"}}, "skip_if_running": true}""";
        var put = await PutAsync("nightly-audit", Body);
        put.StatusCode.ShouldBe(HttpStatusCode.OK, await put.Content.ReadAsStringAsync());
        (await _host.GetJsonAsync("/api/schedules/nightly-audit")).GetProperty("schedule").GetProperty("cron").GetString().ShouldBe("0 3 * * MON-FRI");
        var listed = (await _host.GetJsonAsync("/api/schedules")).GetProperty("schedules")[0].GetProperty("schedule");
        listed.GetProperty("name").GetString().ShouldBe("nightly-audit");
        listed.GetProperty("run").GetProperty("request").GetString().ShouldBe("Audit");

        (await _host.Client.DeleteAsync("/api/schedules/nightly-audit")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await RestHost.ProblemAsync(await _host.Client.DeleteAsync("/api/schedules/nightly-audit"), 404, "UNKNOWN_SCHEDULE", "name");
        await RestHost.ProblemAsync(await _host.Client.GetAsync("/api/schedules/nightly-audit"), 404, "UNKNOWN_SCHEDULE", "name");
    }

    [Theory]
    [InlineData("x", """{"run": {"request": "r"}}""", "cron", "both missing")]
    [InlineData("x", """{"cron": "* * * * *", "every": 5, "run": {"request": "r"}}""", "cron", "both given")]
    [InlineData("x", """{"cron": "* * * *", "run": {"request": "r"}}""", "cron", "'* * * *' has 4 fields")]
    [InlineData("x", """{"cron": "61 * * * *", "run": {"request": "r"}}""", "cron", "must be 0 to 59")]
    [InlineData("x", """{"cron": "0 0 30 2 *", "run": {"request": "r"}}""", "cron", "never comes")]
    [InlineData("x", """{"cron": "* * * * *", "time_zone": "Europe/Wien", "run": {"request": "r"}}""", "time_zone", "'Europe/Wien' is no time zone")]
    [InlineData("x", """{"cron": "* * * * *", "time_zone": "../../../etc/passwd", "run": {"request": "r"}}""", "time_zone", "is no time zone")]
    [InlineData("x", """{"every": 5, "time_zone": "UTC", "run": {"request": "r"}}""", "time_zone", "it is for cron")]
    [InlineData("x", """{"every": -1, "run": {"request": "r"}}""", "every", "every is -1")]
    [InlineData("x", """{"every": 99999999, "run": {"request": "r"}}""", "every", "every is 99999999")]
    [InlineData("x", """{"every": 5}""", "run", "run is missing")]
    [InlineData("x", """{"every": 5, "run": {}}""", "run.request", "request is missing")]
    [InlineData("x", """{"every": 5, "run": {"request": "r", "request_id": "a"}}""", "run.request_id", "must be empty")]
    [InlineData("x", """{"every": 5, "run": {"request": "r", "time_limit": -1}}""", "run.time_limit", "time_limit is -1")]
    [InlineData("x", """{"every": 5, "name": "y", "run": {"request": "r"}}""", "name", "be 'x' as in the path")]
    [InlineData("Nightly", """{"every": 5, "run": {"request": "r"}}""", "name", "'Nightly'; it must be lower case letters")]
    [InlineData("a_b", """{"every": 5, "run": {"request": "r"}}""", "name", "lower case letters, digits and '-'")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", """{"every": 5, "run": {"request": "r"}}""", "name", "65 characters; at most 64")]
    public async Task Put_BadSchedule_IsAProblemThatNamesTheField(string name, string body, string field, string detail)
    {
        var response = await PutAsync(name, body);
        var code = field == "run.request" ? "EMPTY_REQUEST" : "INVALID_INPUT";
        (await RestHost.ProblemAsync(response, 400, code, field)).GetProperty("detail").GetString()!.ShouldContain(detail);
        (await _host.GetJsonAsync("/api/schedules")).GetProperty("schedules").GetArrayLength().ShouldBe(0);
    }

    private Task<HttpResponseMessage> PutAsync(string name, string body) =>
        _host.Client.PutAsync($"/api/schedules/{name}", new StringContent(body, Encoding.UTF8, "application/json"));
}
