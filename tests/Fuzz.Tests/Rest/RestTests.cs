using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Fuzz.Tests.Calls;
using Fuzz.Tests.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Fuzz.Tests.Rest;

/// <summary>Whatever is sent to the orchestrator's HTTP port, it answers as it must and goes on.</summary>
public sealed class RestTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Requests_OfAnybody_AreAnsweredOrRefused()
    {
        await using var system = await FuzzedOrchestrator.StartAsync();
        var fuzz = new RestFuzz(system.Services.GetRequiredService<EndpointDataSource>(), system.Words);
        fuzz.Routes.ShouldBeGreaterThan(40);
        await new FuzzRun(output).RunAsync("rest", async input =>
        {
            var (path, request) = fuzz.Make(input.Random);
            var (status, text) = await RawRequest.SendAsync(system.HttpPort, input.Note(path, request));
            // The server does not speak every version of HTTP that there might be.
            if (status != StatusCodes.Status505HttpVersionNotsupported)
                status.ShouldBeLessThan(500, $"{path}: {Short(text)}");
            // A refusal of ours says what is wrong; what is no HTTP, the server refuses without words.
            if (status >= 400 && text.Contains("application/problem+json", StringComparison.Ordinal) && !text.StartsWith("HTTP/1.1 1", StringComparison.Ordinal))
                Problem(text)?.GetProperty("code").GetString().ShouldNotBeNullOrEmpty();
        }, system.HealthyAsync);
    }

    [Theory]
    [InlineData("localhost:")]
    [InlineData("..")]
    [InlineData("a..b")]
    [InlineData("localhost:99999")]
    [InlineData("%")]
    [InlineData("[::zz]")]
    [InlineData("")]
    public async Task Host_ThatIsNone_IsTheCallersMistake(string host)
    {
        await using var system = await FuzzedOrchestrator.StartAsync();
        foreach (var path in (string[])["/runs", "/nowhere"])
        {
            var (status, text) = await RawRequest.SendAsync(system.HttpPort, Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
            status.ShouldBeLessThan(500, text);
        }

        system.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Form_CutOff_IsTheCallersMistake()
    {
        await using var system = await FuzzedOrchestrator.StartAsync();
        using var http = new HttpClient();
        using var form = new StringContent("--x\r\nContent-Disposition: form-data; name=\"te", MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x"));
        (await http.PostAsync($"http://127.0.0.1:{system.HttpPort}/runs/run-1/resume", form)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        system.Errors.ShouldBeEmpty();
    }

    // The first object behind the headers: another answer may follow. One to HEAD has none.
    private static JsonElement? Problem(string answer)
    {
        var begin = answer.IndexOf('{', answer.IndexOf("\r\n\r\n", StringComparison.Ordinal));
        if (begin < 0)
            return null;
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(answer[begin..]));
        return JsonElement.ParseValue(ref reader);
    }

    private static string Short(string text) => text.Length < 2000 ? text : text[..2000];
}
