using System.Net;
using System.Text;

namespace Orchestrator.Tests.Api;

public sealed class ArtifactEndpointTests : IAsyncLifetime
{
    private RestHost _host = null!;

    public async Task InitializeAsync() => _host = await RestHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Get_Artifact_GivesItsBytesAndKeepsBrowsersFromRunningThem()
    {
        var bytes = Encoding.UTF8.GetBytes("<script>alert(1)</script>");
        var stored = await _host.Artifacts.PutAsync("local", new MemoryStream(bytes), "text/html", 1000, default);
        var id = stored.Id.Replace("sha256-", "sha256:", StringComparison.Ordinal);
        using var response = await _host.Client.GetAsync($"/api/artifacts/{id}");
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(bytes);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        response.Content.Headers.ContentLength.ShouldBe(bytes.Length);
        response.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        response.Headers.ETag!.Tag.ShouldBe($"\"{id}\"");

        using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/artifacts/{id}");
        again.Headers.IfNoneMatch.Add(response.Headers.ETag);
        (await _host.Client.SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Get_OfAnotherTenant_Is404()
    {
        var stored = await _host.Artifacts.PutAsync("other", new MemoryStream([1, 2, 3]), "application/json", 1000, default);
        await RestHost.ProblemAsync(await _host.Client.GetAsync($"/api/artifacts/{stored.Id}"), 404, "UNKNOWN_ARTIFACT", "id");
    }
}
