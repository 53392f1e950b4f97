using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Tests.Shared;

namespace Aspire.Hosting.Tests;

public class EndpointTests
{
    [Fact]
    public async Task AsHttp2Service_Endpoint_SpeaksHttp2WithoutTls()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddProject("hello", Sample.Project("Hello")).WithHttpEndpoint(name: "grpc").AsHttp2Service().WithHttpHealthCheck("/health");
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("hello", Sample.Soon());

        using var client = app.CreateHttpClient("hello", "grpc");
        client.DefaultRequestVersion = HttpVersion.Version20;
        client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        (await client.GetStringAsync("/protocol")).ShouldBe("HTTP/2");
    }

    [Fact]
    public async Task WithEndpoint_OneOfTwoIsHttp2_EachSpeaksItsOwn()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddHello().WithHttpEndpoint(name: "grpc").WithEndpoint("grpc", e => e.Transport = "http2");
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("hello", Sample.Soon());

        using var one = app.CreateHttpClient("hello", "http");
        using var two = app.CreateHttpClient("hello", "grpc");
        two.DefaultRequestVersion = HttpVersion.Version20;
        two.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        (await one.GetStringAsync("/protocol")).ShouldBe("HTTP/1.1");
        (await two.GetStringAsync("/protocol")).ShouldBe("HTTP/2");
    }

    [Fact]
    public async Task WithReplicas_Three_EachListensOnAPortOfItsOwn()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddHello().WithReplicas(3);
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("hello", Sample.Soon());

        HashSet<int> pids = [];
        HashSet<string> urls = [];
        await foreach (var change in app.ResourceNotifications.WatchAsync(Sample.Soon()))
        {
            if (change.Snapshot.Urls is not [var url, ..] || !urls.Add(url.Url))
                continue;
            using var client = new HttpClient();
            pids.Add(int.Parse(await client.GetStringAsync($"{url.Url}/pid")));
            change.ProcessId().ShouldBeOneOf([.. pids]);
            if (urls.Count == 3)
                break;
        }

        pids.Count.ShouldBe(3);
    }

    [Fact]
    public async Task StartAsync_PortIsTaken_FailsAndNamesPortEndpointAndResource()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var builder = DistributedApplication.CreateBuilder();
        builder.AddProject("hello", Sample.Project("Hello")).WithHttpEndpoint(port, name: "web");
        await using var app = builder.Build();

        var error = await Should.ThrowAsync<DistributedApplicationException>(() => app.StartAsync());
        error.Message.ShouldBe($"Port {port}, which resource 'hello' wants for its endpoint 'web', is in use.");
    }

    [Fact]
    public async Task StartAsync_FixedPort_IsUsed()
    {
        var port = FreePorts.Next();
        var builder = DistributedApplication.CreateBuilder();
        builder.AddProject("hello", Sample.Project("Hello")).WithHttpEndpoint(port).WithHttpHealthCheck("/health");
        await using var app = builder.Build();
        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("hello", Sample.Soon());

        app.GetEndpoint("hello").Port.ShouldBe(port);
    }

    [Fact]
    public async Task StartAsync_PortIsClaimedByAnotherAppHostWhoseProgramIsNotUpYet_Fails()
    {
        const string Claim =
            """
            import fcntl, sys
            with open(sys.argv[1], "r+b") as claims:
                fcntl.lockf(claims, fcntl.LOCK_EX, 1, int(sys.argv[2]))
                print("claimed", flush=True)
                sys.stdin.read()
            """;
        var port = FreePorts.Next();
        var file = Path.Combine(Path.GetTempPath(), $"app-host-ports-{Environment.UserName}");
        await File.AppendAllTextAsync(file, "");
        using var other = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Claim, file, $"{port}"]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        (await other.StandardOutput.ReadLineAsync(Sample.Soon())).ShouldBe("claimed");
        var builder = DistributedApplication.CreateBuilder();
        builder.AddProject("hello", Sample.Project("Hello")).WithHttpEndpoint(port, name: "web");
        await using (var app = builder.Build())
        {
            (await Should.ThrowAsync<DistributedApplicationException>(() => app.StartAsync())).Message.ShouldContain($"Port {port}");
        }

        other.StandardInput.Close();
        await other.WaitForExitAsync(Sample.Soon());
        var again = DistributedApplication.CreateBuilder();
        again.AddProject("hello", Sample.Project("Hello")).WithHttpEndpoint(port, name: "web");
        await using var late = again.Build();
        await late.StartAsync();
    }
}
