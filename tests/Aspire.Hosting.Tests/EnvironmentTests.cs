using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Tests;

public class EnvironmentTests
{
    [Fact]
    public async Task StartAsync_Project_AnswersOnItsAllocatedEndpoint()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddHello();
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("hello", Sample.Soon());

        using var client = app.CreateHttpClient("hello");
        (await client.GetStringAsync("/")).ShouldBe("hello");
        (await Variable(client, "Kestrel__Endpoints__http__Url")).ShouldBe(app.GetEndpoint("hello").ToString().TrimEnd('/'));
    }

    [Fact]
    public async Task WithReference_Project_GivesItsAddressesByName()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var target = builder.AddHello("target").WithHttpEndpoint(name: "grpc").WithReplicas(2);
        builder.AddHello().WithReference(target).WithReference("outside", new Uri("http://example.invalid/"));
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("hello", Sample.Soon());

        using var client = app.CreateHttpClient("hello");
        (await Variable(client, "services__target__http__0")).ShouldBe(target.GetEndpoint("http").Url);
        (await Variable(client, "services__target__grpc__0")).ShouldBe(target.GetEndpoint("grpc").Url);
        (await Variable(client, "services__target__grpc__1")).ShouldStartWith("http://localhost:");
        (await Variable(client, "services__target__grpc__1")).ShouldNotBe(target.GetEndpoint("grpc").Url);
        (await Variable(client, "services__target__grpc__2")).ShouldBeEmpty();
        (await Variable(client, "services__outside__http__0")).ShouldBe("http://example.invalid/");
    }

    [Fact]
    public async Task WithEnvironment_ValuesOfEveryKind_ReachTheProcess()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create("--Parameters:level=high", "--ConnectionStrings:store=host=1");
        var level = builder.AddParameter("level");
        var fallback = builder.AddParameter("fallback", "own value");
        var store = builder.AddConnectionString("store");
        var made = builder.AddConnectionString("made", ReferenceExpression.Create($"{{level}}={level}"));
        var hello = builder.AddHello();
        hello.WithEnvironment("PLAIN", "text")
            .WithEnvironment("LEVEL", level)
            .WithEnvironment("FALLBACK", fallback)
            .WithEnvironment("MADE", $"at {hello.GetEndpoint("http").Property(EndpointProperty.Port)}")
            .WithEnvironment("URL", hello.GetEndpoint("http"))
            .WithEnvironment(context => context.EnvironmentVariables["CALLED"] = context.Resource.Name)
            .WithReference(store)
            .WithReference(made, connectionName: "other-one")
            .WithEnvironment("PATH", "/usr/sbin")
            .WithArgs("--one", "two words");
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("hello", Sample.Soon());

        using var client = app.CreateHttpClient("hello");
        (await Variable(client, "PLAIN")).ShouldBe("text");
        (await Variable(client, "LEVEL")).ShouldBe("high");
        (await Variable(client, "FALLBACK")).ShouldBe("own value");
        (await Variable(client, "MADE")).ShouldBe($"at {app.GetEndpoint("hello").Port}");
        (await Variable(client, "URL")).ShouldBe(hello.GetEndpoint("http").Url);
        (await Variable(client, "CALLED")).ShouldBe("hello");
        (await Variable(client, "ConnectionStrings__store")).ShouldBe("host=1");
        (await Variable(client, "ConnectionStrings__other-one")).ShouldBe("{level}=high");
        (await Variable(client, "PATH")).ShouldBe("/usr/sbin");
        (await client.GetStringAsync("/args")).ShouldBe("""["--one","two words"]""");
        (await app.GetConnectionStringAsync("store")).ShouldBe("host=1");
    }

    [Fact]
    public async Task StartAsync_Telemetry_NamesServiceAndInstance()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create("--OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317");
        builder.AddHello();
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        var healthy = await app.ResourceNotifications.WaitForResourceHealthyAsync("hello", Sample.Soon());

        using var client = app.CreateHttpClient("hello");
        (await Variable(client, "OTEL_SERVICE_NAME")).ShouldBe("hello");
        (await Variable(client, "OTEL_RESOURCE_ATTRIBUTES")).ShouldBe($"service.instance.id={healthy.ResourceId}");
        (await Variable(client, "OTEL_EXPORTER_OTLP_ENDPOINT")).ShouldBe("http://localhost:4317");
    }

    [Fact]
    public async Task WithReference_SettingIsMissing_FailsAndNamesTheSetting()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddHello().WithReference(builder.AddConnectionString("store"));
        await using var app = await builder.BuildAsync();
        await app.StartAsync();

        var failed = await app.ResourceNotifications.WaitForResourceAsync("hello", e => e.Snapshot.State?.Text == KnownResourceStates.FailedToStart, Sample.Soon());
        (await LogTests.LinesAsync(app, failed.ResourceId, 1))[0].Content.ShouldContain("the setting 'ConnectionStrings:store' is missing");
    }

    private static Task<string> Variable(HttpClient client, string name) => client.GetStringAsync($"/env/{name}");
}
