using System.IO.Compression;
using System.Net;
using Agents.Tools.BuiltIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Agents.Tools.Tests;

public sealed class HttpGetTests : IAsyncLifetime
{
    private readonly ToolFixture _tools = new(("AllowedHosts:0", "localhost"), ("AllowedHosts:1", "*.example.org"), ("AllowPrivateAddresses", "true"), ("MaxHttpBytes", "100000"));
    private WebApplication _server = null!;
    private string _url = "";

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.MapGet("/page", () => Results.Content("<html><head><title> A page </title><style>p{}</style></head><body><h1>Head</h1><p>One  two<script>evil()</script></p><ul><li>x</li><li><a href='/y'>y</a></li></ul><p hidden>no</p></body></html>", "text/html"));
        _server.MapGet("/long", () => Results.Text(new string('x', 200_000)));
        _server.MapGet("/bomb", async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            context.Response.ContentType = "text/plain";
            await using var zip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await zip.WriteAsync(new byte[50_000_000], context.RequestAborted);
        });
        _server.MapGet("/away", () => Results.Redirect("http://evil.test/"));
        _server.MapGet("/file", () => Results.Redirect("file:///etc/passwd"));
        _server.MapGet("/round", () => Results.Redirect("/round"));
        _server.MapGet("/near", () => Results.Redirect("/page"));
        _server.MapGet("/image", () => Results.Bytes(new byte[10], "image/png"));
        _server.MapGet("/slow", async context => await Task.Delay(Timeout.Infinite, context.RequestAborted));
        await _server.StartAsync();
        _url = _server.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _tools.Dispose();
    }

    [Fact]
    public async Task Get_Html_BecomesText()
    {
        var output = await GetAsync("/near");

        output["title"]!.GetValue<string>().ShouldBe("A page");
        output["text"]!.GetValue<string>().ShouldBe("Head\n\nOne two\n\n- x\n\n- y (/y)");
        output["url"]!.GetValue<string>().ShouldEndWith("/page");
    }

    [Theory]
    [InlineData("/long")]
    [InlineData("/bomb")]
    public async Task Get_MoreThanTheLimit_IsCut(string path)
    {
        var output = await GetAsync(path);

        output["truncated"]!.GetValue<bool>().ShouldBeTrue();
        output["text"]!.GetValue<string>().Length.ShouldBe(100_000);
    }

    [Theory]
    [InlineData("/away", "'evil.test' is not allowed")]
    [InlineData("/file", "must be an absolute http or https address")]
    [InlineData("/round", "more than 5 redirects")]
    [InlineData("/image", "is image/png, which is no text")]
    public async Task Get_AnswerThatMustNotBeFollowed_IsAnError(string path, string message) =>
        (await _tools.FailAsync("http.get", $$"""{"url": "{{_url}}{{path}}"}""")).Message.ShouldContain(message);

    [Theory]
    [InlineData("http://127.0.0.1/", "'127.0.0.1' is not allowed; Tools:AllowedHosts allows localhost, *.example.org")]
    [InlineData("http://example.org/", "'example.org' is not allowed")]
    [InlineData("http://example.org.evil.test/", "is not allowed")]
    [InlineData("http://a:b@localhost/", "must not hold a user or password")]
    [InlineData("ftp://localhost/", "must be an absolute http or https")]
    [InlineData("gopher", "must be an absolute http or https")]
    public async Task Get_NotAllowed_IsDenied(string url, string message) =>
        (await _tools.FailAsync("http.get", $$"""{"url": "{{url}}"}""")).Message.ShouldContain(message);

    [Fact]
    public async Task Get_NoAnswer_EndsInTime() =>
        (await _tools.FailAsync("http.get", $$"""{"url": "{{_url}}/slow", "time_limit": 1}""")).Message.ShouldContain("did not answer within 1 s");

    [Fact]
    public async Task Get_PrivateAddress_IsRefusedUnlessAllowed()
    {
        using var strict = new ToolFixture(("AllowedHosts:0", "localhost"));

        var exception = await strict.FailAsync("http.get", $$"""{"url": "{{_url}}/page"}""");

        exception.ShouldBeOfType<ToolException>().Code.ShouldBe(ToolException.Denied);
        exception.Message.ShouldContain("no public address");
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("2606:4700::1111", true)]
    public void Address_IsPublic_OrNot(string address, bool isPublic) => PublicAddress.Is(IPAddress.Parse(address)).ShouldBe(isPublic);

    private Task<System.Text.Json.Nodes.JsonObject> GetAsync(string path) => _tools.CallAsync("http.get", $$"""{"url": "{{_url}}{{path}}"}""");
}
