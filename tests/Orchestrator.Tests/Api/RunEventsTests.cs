using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Protos.V1;

namespace Orchestrator.Tests.Api;

public sealed class RunEventsTests
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Watch_RunThatGoesOn_StreamsEveryEventAndEnds()
    {
        await using var host = await RestHost.StartAsync();
        host.Engine.Add(new RunEvent { RunSubmitted = new RunSubmitted { Request = "line one\nline two" } });
        using var response = await OpenAsync(host, "/api/runs/run-1/events");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        (await ReadAsync(reader)).ShouldBe(["retry: 2000"]);
        var first = await ReadAsync(reader);
        first[0].ShouldBe("id: 1");
        Data(first).GetProperty("run_submitted").GetProperty("request").GetString().ShouldBe("line one\nline two");
        host.Engine.Add(new RunEvent { TaskQueued = new TaskQueued { TaskId = "a" } });
        (await ReadAsync(reader))[0].ShouldBe("id: 2");
        host.Engine.Add(new RunEvent { RunCompleted = new RunCompleted() }, last: true);
        (await ReadAsync(reader))[0].ShouldBe("id: 3");
        (await ReadAsync(reader)).ShouldBeEmpty();
        (await reader.ReadLineAsync().WaitAsync(s_soon)).ShouldBeNull();
    }

    [Theory]
    [InlineData("?after=2", null, 3)]
    [InlineData("", "2", 3)]
    [InlineData("?after=0", "1", 2)]
    public async Task Watch_FromAVersion_StartsAfterIt(string query, string? lastEventId, int expected)
    {
        await using var host = await RestHost.StartAsync();
        for (var i = 0; i < 3; i++)
            host.Engine.Add(new RunEvent { TaskQueued = new TaskQueued() });
        using var response = await OpenAsync(host, "/api/runs/run-1/events" + query, lastEventId);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await ReadAsync(reader);
        (await ReadAsync(reader))[0].ShouldBe($"id: {expected}");
    }

    [Fact]
    public async Task Watch_NothingLeft_IsNoContentSoThatBrowsersStop()
    {
        await using var host = await RestHost.StartAsync();
        host.Engine.Add(new RunEvent { RunCompleted = new RunCompleted() }, last: true);
        using var response = await OpenAsync(host, "/api/runs/run-1/events", "1");
        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Watch_NothingHappens_SendsComments()
    {
        await using var host = await RestHost.StartAsync(heartbeatSeconds: 0.05);
        using var response = await OpenAsync(host, "/api/runs/run-1/events");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await ReadAsync(reader);
        for (var i = 0; i < 3; i++)
            (await ReadAsync(reader)).ShouldBe([": still here"]);
        // The event that was waited for meanwhile is not lost.
        host.Engine.Add(new RunEvent { TaskQueued = new TaskQueued() });
        string[] next;
        while ((next = await ReadAsync(reader))[0].StartsWith(':'))
        {
        }

        next[0].ShouldBe("id: 1");
    }

    [Fact]
    public async Task Watch_ClientGoes_EndsTheWatch()
    {
        await using var host = await RestHost.StartAsync(heartbeatSeconds: 0.05);
        using (var response = await OpenAsync(host, "/api/runs/run-1/events"))
            await Until(() => host.Engine.Watchers == 1);
        await Until(() => host.Engine.Watchers == 0);
    }

    [Fact]
    public async Task Watch_ServerStops_DoesNotHoldItUp()
    {
        await using var host = await RestHost.StartAsync();
        using var response = await OpenAsync(host, "/api/runs/run-1/events");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await Until(() => host.Engine.Watchers == 1);
        await host.StopAsync().WaitAsync(s_soon);
        host.Engine.Watchers.ShouldBe(0);
    }

    [Fact]
    public async Task Page_OfWhatThereIs_DoesNotWait()
    {
        await using var host = await RestHost.StartAsync();
        for (var i = 0; i < 5; i++)
            host.Engine.Add(new RunEvent { TaskQueued = new TaskQueued() });
        host.Client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        await Page("?page_size=2", [1, 2], "2", false);
        await Page("?page_size=2&after=2", [3, 4], "4", false);
        await Page("?after=4", [5], "5", false);
        await Page("?after=5", [], "5", false);
        host.Engine.Add(new RunEvent { RunCompleted = new RunCompleted() }, last: true);
        await Page("?after=5", [6], "6", true);
        await Page("?after=6", [], "6", true);

        async Task Page(string query, long[] versions, string last, bool complete)
        {
            var page = await host.GetJsonAsync("/api/runs/run-1/events" + query).WaitAsync(s_soon);
            page.GetProperty("events").EnumerateArray().Select(e => long.Parse(e.GetProperty("version").GetString()!)).ShouldBe(versions);
            page.GetProperty("last_version").GetString().ShouldBe(last);
            page.GetProperty("complete").GetBoolean().ShouldBe(complete);
        }
    }

    private static async Task<HttpResponseMessage> OpenAsync(RestHost host, string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        return await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(s_soon);
    }

    // The lines up to the next empty one.
    private static async Task<string[]> ReadAsync(StreamReader reader)
    {
        var lines = new List<string>();
        while (await reader.ReadLineAsync().WaitAsync(s_soon) is { Length: > 0 } line)
            lines.Add(line);
        return [.. lines];
    }

    private static JsonElement Data(string[] message) =>
        JsonSerializer.Deserialize<JsonElement>(message.Single(line => line.StartsWith("data: ", StringComparison.Ordinal))[6..]);

    private static async Task Until(Func<bool> condition)
    {
        using var giveUp = new CancellationTokenSource(s_soon);
        while (!condition())
            await Task.Delay(10, giveUp.Token);
    }
}
