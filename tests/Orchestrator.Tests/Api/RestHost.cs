using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Access;
using Orchestrator.Api.Limits;
using Orchestrator.Api.Rest;
using Orchestrator.Artifacts;
using Orchestrator.Dispatch;
using Orchestrator.Planning;
using Orchestrator.Processing;
using Orchestrator.Schedules;
using Orchestrator.Tests.Planning;
using Protos.V1;

namespace Orchestrator.Tests.Api;

/// <summary>The REST API on Kestrel, on a free port, over a scripted engine.</summary>
internal sealed class RestHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TemporaryFolder _folder = new();

    private RestHost(double heartbeatSeconds)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Configuration["Api:HeartbeatSeconds"] = heartbeatSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IRunEngine>(Engine);
        builder.Services.AddSingleton<ISchedules>(Schedules);
        builder.Services.AddSingleton<IAgentDirectory>(new OneAgent());
        builder.Services.AddSingleton(PlaybookCatalog.Load(PlaybookFiles.Shipped));
        builder.Services.AddSingleton<PlaybookDesk>();
        builder.Services.AddSingleton<IArtifactStore>(new DirectoryArtifactStore(_folder.Path, TimeProvider.System));
        builder.Services.AddAccess(builder.Configuration);
        builder.Services.AddLimits();
        builder.Services.AddRestApi();
        _app = builder.Build();
        _app.MapRestApi();
        Artifacts = _app.Services.GetRequiredService<IArtifactStore>();
    }

    public ScriptedEngine Engine { get; } = new();

    public ScriptedSchedules Schedules { get; } = new();

    public IArtifactStore Artifacts { get; }

    public HttpClient Client { get; } = new();

    /// <summary>Every route, e.g. <c>GET /api/runs</c>.</summary>
    public IEnumerable<string> Routes => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Select(method => $"{method} {endpoint.RoutePattern.RawText}"));

    public static async Task<RestHost> StartAsync(double heartbeatSeconds = 15)
    {
        var host = new RestHost(heartbeatSeconds);
        await host._app.StartAsync();
        var address = host._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        host.Client.BaseAddress = new Uri(address);
        return host;
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json) =>
        Client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));

    public async Task<JsonElement> GetJsonAsync(string path) =>
        JsonSerializer.Deserialize<JsonElement>(await Client.GetStringAsync(path));

    /// <summary>Checks that an answer is problem details, and gives them.</summary>
    public static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, int status, string code, string? field = null)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        problem.GetProperty("code").GetString().ShouldBe(code, text);
        problem.GetProperty("status").GetInt32().ShouldBe(status);
        problem.GetProperty("type").GetString().ShouldBe($"urn:agents:problem:{code.ToLowerInvariant().Replace('_', '-')}");
        problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        if (field is not null)
            problem.GetProperty("field").GetString().ShouldBe(field, text);
        return problem;
    }

    private sealed class OneAgent : IAgentDirectory
    {
        public IReadOnlyList<AgentInstance> List(string? role) =>
            role is null or "" or "writer" ? [new AgentInstance { InstanceId = "i-1", Name = "writer-1", Contract = new AgentContract { Role = "writer" } }] : [];
    }
}
