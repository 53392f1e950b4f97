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

    [Fact]
    public async Task Post_Bytes_StoresThemOnceAndTellsThatTheyAreThere()
    {
        var bytes = new byte[300_000];
        System.Random.Shared.NextBytes(bytes);
        var id = $"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))}";
        (await IsThereAsync(id)).ShouldBe(HttpStatusCode.NotFound);

        foreach (var _ in (int[])[1, 2])
        {
            using var content = new ByteArrayContent(bytes);
            content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/gzip");
            using var response = await _host.Client.PostAsync($"/api/artifacts?id={id}", content);
            response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
            response.Headers.Location!.ToString().ShouldBe($"/api/artifacts/{id}");
            (await response.Content.ReadAsStringAsync()).ShouldContain($"\"id\": \"{id}\"");
        }

        (await IsThereAsync(id)).ShouldBe(HttpStatusCode.NotModified);
        (await _host.Client.GetByteArrayAsync($"/api/artifacts/{id}")).ShouldBe(bytes);
    }

    [Fact]
    public async Task Post_OtherBytesThanTheId_IsRefusedAndNothingIsStored()
    {
        var id = $"sha256:{new string('0', 64)}";
        using var content = new ByteArrayContent([1, 2, 3]);
        await RestHost.ProblemAsync(await _host.Client.PostAsync($"/api/artifacts?id={id}", content), 400, "INVALID_INPUT", "id");
        await RestHost.ProblemAsync(await _host.Client.GetAsync($"/api/artifacts/{id}"), 404, "UNKNOWN_ARTIFACT", "id");
    }

    private async Task<HttpStatusCode> IsThereAsync(string id)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, $"/api/artifacts/{id}");
        asked.Headers.IfNoneMatch.Add(new System.Net.Http.Headers.EntityTagHeaderValue($"\"{id}\""));
        using var answer = await _host.Client.SendAsync(asked);
        return answer.StatusCode;
    }
}
