namespace AppHost.Tests;

/// <summary>The page itself, started inside the test.</summary>
public sealed class ApplicationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("application-").FullName;

    [Fact]
    public async Task CreateAsync_Page_DescribesOrchestratorAndSevenAgents()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(["--store", "embedded", "--data", _folder]);

        builder.Resources.Select(r => r.Name).ShouldBe(
            ["orchestrator", "planner", "executor", "researcher", "analyst", "developer", "writer", "reviewer"], ignoreOrder: true);
        builder.AppHostDirectory.ShouldBe(Path.Combine(Repository.Root, "AppHost"));
    }

    [Fact]
    public async Task StartAsync_Page_OrchestratorIsHealthyOnAFreePort()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(["--store", "embedded", "--data", _folder]);
        await using var app = await builder.BuildAsync();
        await app.StartAsync();

        await app.ResourceNotifications.WaitForResourceHealthyAsync("orchestrator", AppHostProcess.Soon());

        app.GetEndpoint("orchestrator", "http").Port.ShouldNotBe(5080);
        using var client = app.CreateHttpClient("orchestrator", "http");
        (await client.GetAsync("/health")).IsSuccessStatusCode.ShouldBeTrue();
        await app.StopAsync();
    }

    [Fact]
    public async Task CreateAsync_BadArguments_SaysThatTheProgramEnded()
    {
        var error = await Should.ThrowAsync<InvalidOperationException>(() => DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(["--store", "files"]));

        error.Message.ShouldContain("ended with code 2");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
