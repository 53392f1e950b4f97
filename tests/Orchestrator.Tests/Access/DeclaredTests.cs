using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Access;
using Orchestrator.Api.Hub;

namespace Orchestrator.Tests.Access;

/// <summary>Nothing that can be called was forgotten.</summary>
public sealed class DeclaredTests : IDisposable
{
    // Whoever asks these shows nothing: probes, what the console's pages are dressed with, and what the API is like.
    private static readonly string[] s_open =
    [
        "/health", "/alive", "/assets/{name}", "/openapi/{documentName}.json", "/grpc.health.v1.Health/", "/grpc.reflection.v1.ServerReflection/", "/grpc.reflection.v1alpha.ServerReflection/", "/signin",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("agents-test-").FullName;

    [Fact]
    public async Task Endpoints_AllOfThem_DeclareAPermissionOrThatTheyAreOpen()
    {
        await using var app = OrchestratorApp.Build(
        [
            "--Team:Master=http://127.0.0.1:1", "--Team:Role=team", $"--Store:Path={_folder}/store", $"--Artifacts:Path={_folder}/artifacts", $"--Security:KeyFile={_folder}/credential.key",
        ]);
        var endpoints = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToList();
        endpoints.Count.ShouldBeGreaterThan(100);
        foreach (var endpoint in endpoints)
        {
            var path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            var needed = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).ToList();
            if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            {
                needed.ShouldBeEmpty($"{path} is open and not");
                s_open.ShouldContain(open => path == open || (open.EndsWith('/') && path.StartsWith(open, StringComparison.Ordinal)), $"{path} is open");
                continue;
            }

            needed.ShouldNotBeEmpty($"{path} declares nothing");
            needed.ShouldAllBe(permission => Permissions.All.Contains(permission), $"{path} needs what there is not");
            var isForm = endpoint.Metadata.GetMetadata<Orchestrator.Console.Layout.ConsoleEndpoint>() is not null
                && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("POST");
            (!isForm || needed.Count > 1).ShouldBeTrue($"{path} is a form and declares no permission of its own");
        }
    }

    [Fact]
    public void HubMethods_AllOfThem_DeclareAPermission()
    {
        var methods = typeof(RunsHub).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(method => !method.IsSpecialName).ToList();
        methods.Count.ShouldBe(8);
        methods.ShouldAllBe(method => Permissions.All.Contains(method.GetCustomAttribute<HubNeedsAttribute>()!.Permission));
    }

    [Fact]
    public async Task Fallback_EndpointThatDeclaresNothing_IsNobodys()
    {
        await using var app = OrchestratorApp.Build(
        [
            "--Kestrel:Endpoints:http:Url=http://127.0.0.1:0", "--Kestrel:Endpoints:grpc:Url=http://127.0.0.1:0", "--Logging:LogLevel:Default=Error",
            $"--Store:Path={_folder}/store", $"--Artifacts:Path={_folder}/artifacts", $"--Security:KeyFile={_folder}/credential.key",
        ]);
        Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(app, "/api/forgotten", () => "secret");
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Last()) };
        using var answer = await client.GetAsync("/api/forgotten");
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("secret");
        using var nothing = await client.GetAsync("/api/nothing");
        nothing.StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
