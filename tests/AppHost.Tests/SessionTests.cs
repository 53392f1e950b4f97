using System.Diagnostics;

namespace AppHost.Tests;

/// <summary>A session around a service that stands for the orchestrator, and a client of the test's own.</summary>
public sealed class SessionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("session-").FullName;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task RunAsync_Request_RunsTheClientWhenAllHaveJoined(int code)
    {
        string[]? said = null;
        Uri? at = null;
        var (builder, setup) = await PrepareAsync("planner,writer", "run", "do it", "--playbook", "p", "--input", "a=b", "--workspace", _folder);
        await using var app = await builder.BuildAsync();
        using var owned = setup;

        var ended = await new Session(app, setup, (args, orchestrator, _) =>
        {
            (said, at) = (args, orchestrator);
            return Task.FromResult(code);
        }).RunAsync();

        ended.ShouldBe(code);
        said.ShouldBe(["run", "--workspace", _folder, "--playbook", "p", "--input", "a=b", "--", "do it"]);
        at.ShouldBe(app.GetEndpoint("orchestrator", "grpc"));
        app.ResourceNotifications.TryGetCurrentState("orchestrator", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task RunAsync_ClientThrows_EndsWith1()
    {
        var (builder, setup) = await PrepareAsync("planner,writer", "run", "do it");
        await using var app = await builder.BuildAsync();
        using var owned = setup;

        (await new Session(app, setup, (_, _, _) => throw new InvalidOperationException("no way")).RunAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_OrchestratorDies_EndsWith1AndNeverRunsTheClient()
    {
        var called = false;
        var (builder, setup) = await PrepareAsync("planner,writer", "run", "do it");
        Change(builder, "orchestrator", "Kestrel__Endpoints__http__Url", "nonsense");
        await using var app = await builder.BuildAsync();
        using var owned = setup;

        var ended = await new Session(app, setup, (_, _, _) =>
        {
            called = true;
            return Task.FromResult(0);
        }).RunAsync();

        ended.ShouldBe(1);
        called.ShouldBeFalse();
    }

    [Fact]
    public async Task RunAsync_AgentDies_EndsWith1AtOnceAndNeverRunsTheClient()
    {
        var called = false;
        var (builder, setup) = await PrepareAsync("planner,writer", "run", "do it");
        Change(builder, "orchestrator", "Roles", "planner");
        Change(builder, "writer", "Kestrel__Endpoints__http__Url", "nonsense");
        await using var app = await builder.BuildAsync();
        using var owned = setup;
        var clock = Stopwatch.StartNew();

        var ended = await new Session(app, setup, (_, _, _) =>
        {
            called = true;
            return Task.FromResult(0);
        }).RunAsync();

        ended.ShouldBe(1);
        called.ShouldBeFalse();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60), "it did not wait for what cannot come");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Change(IDistributedApplicationTestingBuilder builder, string resource, string variable, string value) =>
        builder.CreateResourceBuilder((ProjectResource)builder.Resources.Single(r => r.Name == resource)).WithEnvironment(variable, value);

    private async Task<(IDistributedApplicationTestingBuilder Builder, Setup Setup)> PrepareAsync(string roles, params string[] args)
    {
        var setup = (await Setup.PrepareAsync([.. args, "--store", "embedded", "--data", _folder]))!;
        var builder = DistributedApplicationTestingBuilder.Create();
        var hello = Path.Combine(Repository.Root, "tests/Aspire.Hosting.Tests/Samples/Hello/Hello.csproj");
        builder.AddProject("orchestrator", hello).WithHttpEndpoint(name: "http").WithHttpEndpoint(name: "grpc").WithHttpHealthCheck("/health").WithEnvironment("Roles", roles);
        foreach (var role in roles.Split(','))
            builder.AddProject(role, hello).WithHttpEndpoint();
        return (builder, setup);
    }
}
