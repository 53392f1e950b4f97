using Console.Tests;
using Microsoft.Playwright;
using Otlp;
using Tests.Shared;

namespace Aspire.Hosting.Tests.Dashboard;

/// <summary>The dashboard in a real browser.</summary>
public sealed class PagesTests : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    [Fact]
    public async Task Resources_StopAndStart_ArePressedAndSeenWithoutReloading()
    {
        await using var dashboard = await DashboardApp.StartAsync(builder => builder.AddHello().WithEnvironment("HELLO_TOKEN", "not-to-be-seen").WithEnvironment("HELLO_NAME", "seen"));
        var hello = await dashboard.App.ResourceNotifications.WaitForResourceHealthyAsync("hello", Sample.Soon());
        await using var page = await OpenAsync(dashboard.Login);
        await page.SeesAsync("text=Healthy");
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync("dashboard-resources");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = $"Stop {hello.ResourceId}" }).ClickAsync();
        await page.SeesAsync("text=Finished");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = $"Start {hello.ResourceId}" }).ClickAsync();
        await page.SeesAsync("text=Healthy");

        // Something else than a person stops it, and the page tells.
        (await dashboard.App.ResourceCommands.ExecuteCommandAsync("hello", KnownResourceCommands.StopCommand)).Success.ShouldBeTrue();
        await page.SeesAsync("text=Finished");

        await page.Page.GotoAsync($"{dashboard.Url}/resources/{hello.ResourceId}");
        await page.SeesAsync("text=HELLO_NAME");
        (await page.Page.ContentAsync()).ShouldNotContain("not-to-be-seen");
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync("dashboard-resource");
        page.ShouldBeQuiet();
    }

    [Fact]
    public async Task ConsoleLogs_WhatIsWritten_AppearsAsItIsWritten()
    {
        await using var dashboard = await DashboardApp.StartAsync(builder => builder.AddTalker().WithArgs("a <b>line</b>", "\u001b[31mred\u001b[0m").WithExplicitStart());
        var id = (await dashboard.App.ResourceNotifications.WaitForResourceAsync("talker", e => e.Snapshot.State?.Text == KnownResourceStates.NotStarted, Sample.Soon())).ResourceId;
        await using var page = await OpenAsync($"{dashboard.Login}&returnUrl=/consolelogs/{id}");
        await page.SeesAsync("#log");

        (await dashboard.App.ResourceCommands.ExecuteCommandAsync("talker", KnownResourceCommands.StartCommand)).Success.ShouldBeTrue();

        await page.SeesAsync("#log >> text=a <b>line</b>");
        await page.SeesAsync("#log >> text=/^red$/");
        await page.SeesAsync("#log .error >> text=done talking");
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync("dashboard-log");
        page.ShouldBeQuiet();
    }

    [Fact]
    public async Task Traces_ReportedRun_IsAWaterfallWithAttributesLogsAndItsRun()
    {
        await using var dashboard = await DashboardApp.StartAsync(_ => { });
        using var client = new HttpClient();
        var work = Reports.Span(7, 2, parent: 1, start: 20, milliseconds: 60, name: "invoke_agent <writer>");
        work.Attributes.Add([Reports.Text("agents.run", "run-1"), Reports.Text("gen_ai.operation.name", "invoke_agent"), Reports.Text("api_key", "not-to-be-seen")]);
        var failing = Reports.Span(7, 3, parent: 2, start: 30, milliseconds: 10, name: "execute_tool fs.read");
        failing.Status = new Status { Code = Status.Types.StatusCode.Error, Message = "TOOL_DENIED" };
        (await dashboard.ReportAsync(client, Reports.Of(Reports.Span(7, 1, milliseconds: 100, name: "invoke_workflow audit"), work, failing))).EnsureSuccessStatusCode().Dispose();
        var record = new LogRecord { TraceId = work.TraceId, SpanId = work.SpanId, SeverityText = "Warning", TimeUnixNano = work.StartTimeUnixNano, Body = new AnyValue { StringValue = "half done" } };
        (await dashboard.ReportAsync(client, new ExportLogsServiceRequest { ResourceLogs = { new ResourceLogs { ScopeLogs = { new ScopeLogs { LogRecords = { record } } } } } })).EnsureSuccessStatusCode().Dispose();

        await using var page = await OpenAsync($"{dashboard.Login}&returnUrl=/traces");
        await page.SeesAsync("text=1 failed");
        await page.ShouldBeAccessibleAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "invoke_workflow audit" }).ClickAsync();
        (await page.Page.Locator(".waterfall .name").AllInnerTextsAsync()).Select(text => text.Split('\n')[0]).ShouldBe(
            ["invoke_workflow audit reporter", "invoke_agent <writer> reporter", "failed execute_tool fs.read reporter"]);
        (await page.Page.GetByRole(AriaRole.Link, new() { Name = "run-1" }).GetAttributeAsync("href")).ShouldBe("http://localhost:1/runs/run-1");
        await page.Page.Locator("summary", new() { HasText = "<writer>" }).ClickAsync();
        await page.SeesAsync("text=half done");
        (await page.Page.ContentAsync()).ShouldNotContain("not-to-be-seen");
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync("dashboard-trace");

        await page.Page.SetViewportSizeAsync(390, 800);
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync("dashboard-trace-phone");
        await page.Page.GotoAsync($"{dashboard.Url}/structuredlogs?filter=half");
        await page.SeesAsync("text=half done");
        await page.ShouldBeAccessibleAsync();
        page.ShouldBeQuiet();
    }

    private Task<WatchedPage> OpenAsync(string url) => WatchedPage.OpenAsync(_browser!, url, 1280, 900, ColorScheme.Light);
}
