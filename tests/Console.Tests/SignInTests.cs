using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Orchestrator.Tests.Access;
using Orchestrator.Tests.Engine;
using Protos.V1;
using Tests.Shared;
using static Orchestrator.Tests.Runs.Plans;

namespace Console.Tests;

[Collection(ConsoleTests.Name)]
public sealed class SignInTests(ConsoleFixture console)
{
    [Fact]
    public async Task SignIn_WithAViewersKey_ShowsWhoItIsAndOffersNothingElse()
    {
        var url = $"http://127.0.0.1:{FreePorts.Next()}";
        await using var system = await TestSystem.StartAsync([$"--Kestrel:Endpoints:http:Url={url}", .. TestKeys.Settings]);
        await TestAgents.AddAllAsync(system, $"--Agents:ApiKey={TestKeys.Agent}");
        var run = await ConsoleFixture.SubmitAsync(system, "Watch me", Of(Samples.Work("first", "First", [], ("until", Guid.NewGuid().ToString()))));
        var viewer = await CreateAsync(url, "vera", "viewer");
        var operates = await CreateAsync(url, "olga", "operator");

        // Whoever is not signed in is led to where one does, and back to what was wanted.
        foreach (var (kind, width, height, colors) in new[] { ("", 1280, 900, ColorScheme.Light), ("-dark", 1280, 900, ColorScheme.Dark), ("-phone", 360, 740, ColorScheme.Light) })
        {
            await using var look = await WatchedPage.OpenAsync(console.Browser, $"{url}/runs/{run}", width, height, colors);
            await look.SeesAsync("h1:has-text('Sign in')");
            await look.PictureAsync($"sign-in{kind}");
            await look.ShouldBeAccessibleAsync();
            look.ShouldBeQuiet();
        }

        await using var page = await WatchedPage.OpenAsync(console.Browser, $"{url}/runs/{run}", 1280, 900, ColorScheme.Light);
        page.Expected.AddRange(["401", "403"]);
        await SignInAsync(page, "agk_vera_0123456789012345678901234567890123456789abcdef");
        await page.SeesAsync(".field-error:has-text('is not known here')");
        await SignInAsync(page, TestKeys.Agent);
        await page.SeesAsync(".field-error:has-text(\"agent's\")");
        await SignInAsync(page, viewer);
        await page.SeesAsync("#connection[data-state=live]");
        page.Page.Url.ShouldBe($"{url}/runs/{run}");
        await page.SeesAsync(".who:has-text('vera')");
        await page.PictureAsync("signed-in-viewer");
        await page.ShouldBeAccessibleAsync();
        await page.CountAsync("main form[method=post]", 0);
        var cookie = (await page.Page.Context.CookiesAsync()).Single(cookie => cookie.Name == "agents-session");
        cookie.HttpOnly.ShouldBeTrue();
        cookie.SameSite.ShouldBe(SameSiteAttribute.Strict);

        // What is not offered is not allowed either, and that is a page of ours.
        await page.Page.GotoAsync($"{url}/start");
        await page.SeesAsync("h1:has-text('Not allowed')");
        await page.SeesAsync("text=The permission runs.submit is needed");
        await page.PictureAsync("not-allowed");
        await page.ShouldBeAccessibleAsync();

        await page.FollowAsync("button:has-text('Sign out')");
        await page.SeesAsync("h1:has-text('Sign in')");
        await SignInAsync(page, operates);
        await page.SeesAsync(".who:has-text('olga')");
        await page.Page.GotoAsync($"{url}/runs/{run}");
        await page.SeesAsync("button:has-text('Pause')");

        // The session is over with the key.
        await page.SeesAsync("#connection[data-state=live]");
        page.Expected.AddRange(["ERR_", "Failed to load"]);
        await RevokeAsync(url, operates);
        await page.Page.GotoAsync($"{url}/runs");
        await page.SeesAsync("h1:has-text('Sign in')");
        page.ShouldBeQuiet();
    }

    [Fact]
    public async Task Form_WithoutItsToken_IsRefusedThoughSignedIn()
    {
        var url = $"http://127.0.0.1:{FreePorts.Next()}";
        await using var system = await TestSystem.StartAsync([$"--Kestrel:Endpoints:http:Url={url}", .. TestKeys.Settings]);
        await using var page = await WatchedPage.OpenAsync(console.Browser, url, 1280, 900, ColorScheme.Light);
        await SignInAsync(page, TestKeys.Admin);
        await page.SeesAsync(".who:has-text('admin')");
        var session = (await page.Page.Context.CookiesAsync()).Single(cookie => cookie.Name == "agents-session").Value;

        using var client = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(url) };
        (await SendAsync("/signout", "form_token=x")).ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync("/runs/bulk", "action=cancel", "https://elsewhere.example.org")).ShouldBe(HttpStatusCode.Unauthorized);
        (await SendAsync("/api/runs/none/cancel", "{}", "http://neighbour.127.0.0.1:1")).ShouldBe(HttpStatusCode.Unauthorized);
        session = session[..^2] + (session[^2] == 'A' ? "BB" : "AA");
        (await SendAsync("/runs/bulk", "action=cancel")).ShouldBe(HttpStatusCode.Unauthorized);

        async Task<HttpStatusCode> SendAsync(string path, string body, string? origin = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, MediaTypeHeaderValue.Parse(path.StartsWith("/api", StringComparison.Ordinal) ? "application/json" : "application/x-www-form-urlencoded")) };
            request.Headers.Add("Cookie", $"agents-session={session}");
            if (origin is not null)
                request.Headers.Add("Origin", origin);
            using var answer = await client.SendAsync(request);
            return answer.StatusCode;
        }
    }

    private static async Task SignInAsync(WatchedPage page, string key)
    {
        await page.Page.GetByLabel("API key").FillAsync(key);
        await page.FollowAsync("button:has-text('Sign in')");
    }

    private static async Task<string> CreateAsync(string url, string name, string role)
    {
        using var client = Client(url);
        using var answer = await client.PostAsJsonAsync("/api/keys", new { name, tenant = "local", roles = new[] { role } });
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["secret"]!;
    }

    private static async Task RevokeAsync(string url, string key)
    {
        using var client = Client(url);
        using var answer = await client.DeleteAsync($"/api/keys/{string.Join('_', key.Split('_').Take(2))}");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static HttpClient Client(string url)
    {
        var client = new HttpClient { BaseAddress = new Uri(url) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestKeys.Admin);
        return client;
    }
}
