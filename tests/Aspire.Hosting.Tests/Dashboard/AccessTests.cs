using System.Net;
using System.Net.NetworkInformation;
using Aspire.Hosting.Dashboard.Telemetry;
using Google.Protobuf;

namespace Aspire.Hosting.Tests.Dashboard;

public class AccessTests
{
    [Fact]
    public async Task Dashboard_WithoutTheLink_ShowsNothing()
    {
        await using var dashboard = await DashboardApp.StartAsync(_ => { });
        using var client = Client();

        foreach (var page in (string[])["/", "/traces", "/consolelogs", "/structuredlogs", "/fragments/resources", "/login", "/login?t=wrong"])
        {
            using var refused = await client.GetAsync(new Uri(dashboard.Url + page));
            refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, page);
        }

        using var login = await client.GetAsync(new Uri(dashboard.Login));
        login.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var cookie = login.Headers.GetValues("Set-Cookie").Single();
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=lax", Case.Insensitive);
        (await GetAsync(client, dashboard, "/")).ShouldBe(HttpStatusCode.OK);
        (await GetAsync(client, dashboard, "/traces/detail/unknown")).ShouldBe(HttpStatusCode.NotFound);
        (await GetAsync(client, dashboard, "/resources/unknown")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Dashboard_ItsAddresses_AreOfTheLoopbackAlone()
    {
        await using var dashboard = await DashboardApp.StartAsync(_ => { });

        int[] ports = [new Uri(dashboard.Url).Port, new Uri(dashboard.Otlp).Port];
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(end => ports.Contains(end.Port)).ToList();

        listening.Select(end => end.Port).Distinct().ShouldBe(ports, ignoreOrder: true);
        listening.ShouldAllBe(end => IPAddress.IsLoopback(end.Address));
    }

    [Fact]
    public async Task Dashboard_EveryAnswer_AllowsItsOwnScriptsAndStylesOnly()
    {
        await using var dashboard = await DashboardApp.StartAsync(_ => { });
        using var client = Client();

        foreach (var page in (string[])["/", dashboard.Login[dashboard.Url.Length..], "/traces", "/nowhere"])
        {
            using var answer = await client.GetAsync(new Uri(dashboard.Url + page));
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            policy.ShouldContain("default-src 'none'; script-src 'self'; style-src 'self'", Case.Sensitive, page);
            policy.ShouldContain("frame-ancestors 'none'", Case.Sensitive, page);
            policy.ShouldNotContain("unsafe", Case.Sensitive, page);
        }
    }

    [Fact]
    public async Task Dashboard_LinkWithAnotherSiteToReturnTo_StaysHere()
    {
        await using var dashboard = await DashboardApp.StartAsync(_ => { });
        using var client = Client();

        foreach (var url in (string[])["https://example.com", "//example.com", "/\\example.com"])
        {
            using var login = await client.GetAsync(new Uri($"{dashboard.Login}&returnUrl={Uri.EscapeDataString(url)}"));
            login.Headers.Location!.ToString().ShouldBe("/");
        }
    }

    [Fact]
    public async Task Dashboard_CommandFromAnotherSite_IsRefused()
    {
        await using var dashboard = await DashboardApp.StartAsync(builder => builder.AddTalker());
        using var client = Client();
        using var login = await client.GetAsync(new Uri(dashboard.Login));
        var id = (await dashboard.App.ResourceNotifications.WaitForResourceAsync("talker", e => e.Snapshot.ExitCode == 0, Sample.Soon())).ResourceId;

        using var request = new HttpRequestMessage(HttpMethod.Post, $"{dashboard.Url}/resources/{id}/resource-start");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var refused = await client.SendAsync(request);
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Otlp_WithoutKey_OrNoReport_OrTooLarge_IsRefused()
    {
        await using var dashboard = await DashboardApp.StartAsync(_ => { });
        using var client = Client();
        var report = Reports.Of(Reports.Span(1, 1)).ToByteArray();

        (await StatusAsync(dashboard.ReportAsync(client, report, key: null))).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(dashboard.ReportAsync(client, report, key: "wrong"))).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(dashboard.ReportAsync(client, [0xff, 0xff, 0xff]))).ShouldBe(HttpStatusCode.BadRequest);
        (await StatusAsync(dashboard.ReportAsync(client, new byte[OtlpReceiver.MaxBytes + 1]))).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await StatusAsync(dashboard.ReportAsync(client, report))).ShouldBe(HttpStatusCode.OK);
        // Pages are not where reports go, nor the other way round.
        using var page = await client.GetAsync(new Uri(dashboard.Otlp + "/"));
        page.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    // What is refused by its size is refused before it is sent, however long the answer takes.
    private static HttpClient Client() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer(), Expect100ContinueTimeout = Sample.Patience });

    private static async Task<HttpStatusCode> StatusAsync(Task<HttpResponseMessage> sending)
    {
        using var answer = await sending;
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> GetAsync(HttpClient client, DashboardApp dashboard, string path)
    {
        using var answer = await client.GetAsync(new Uri(dashboard.Url + path));
        return answer.StatusCode;
    }
}
