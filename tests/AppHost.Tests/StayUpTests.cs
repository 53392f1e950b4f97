using System.Net;
using System.Net.Sockets;
using Tests.Shared;

namespace AppHost.Tests;

/// <summary>The whole application, as a user starts and stops it.</summary>
public class StayUpTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Main_Signal_StopsEverything(string signal)
    {
        await using var host = StartHost();
        (await host.SaysAsync("store ")).ShouldContain("embedded");
        (await host.SaysAsync("console ")).ShouldContain("http://localhost:");
        (await host.SaysAsync("gRPC ")).ShouldContain("http://localhost:");
        (await host.SaysAsync("logs ")).ShouldContain(Path.Combine(host.Folder, ".agents", "logs"));
        await host.SaysAsync("ready ");
        var children = host.Children();
        children.Count.ShouldBe(8);

        await host.SignalAsync(signal);

        (await host.EndAsync()).Code.ShouldBe(0);
        foreach (var pid in children.Keys)
            await AppHostProcess.ShouldEndAsync(pid);
        foreach (var name in (string[])["orchestrator", "planner", "executor", "researcher", "analyst", "developer", "writer", "reviewer", "apphost"])
            File.Exists(Path.Combine(host.Folder, ".agents", "logs", $"{name}.log")).ShouldBeTrue(name);
    }

    [Fact]
    public async Task Main_Kill9_LeavesNoOrphan()
    {
        await using var host = StartHost();
        await host.SaysAsync("ready ");
        var children = host.Children();
        children.Count.ShouldBe(8);

        await host.SignalAsync("KILL");

        foreach (var pid in children.Keys)
            await AppHostProcess.ShouldEndAsync(pid);
    }

    [Fact]
    public async Task Main_AgentIsKilled_IsStartedAgain()
    {
        await using var host = StartHost();
        await host.SaysAsync("ready ");
        var writer = host.Children().Single(c => c.Value == "Agents.Writer").Key;

        await host.SignalAsync("KILL", writer);

        var until = AppHostProcess.Soon();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!host.Children().Any(c => c.Value == "Agents.Writer" && c.Key != writer))
            await tick.WaitForNextTickAsync(until);
    }

    [Fact]
    public async Task Main_PortIsTaken_NamesItAndSaysHowToChangeIt()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var (code, _, errors) = await AppHostProcess.RunAsync(["--store", "embedded", "--http-port", $"{port}", "--grpc-port", $"{FreePorts.Next()}"]);

        code.ShouldBe(1);
        errors.ShouldContain($"Port {port}, which resource 'orchestrator' wants for its endpoint 'http', is in use.");
        errors.ShouldContain("--http-port");
    }

    private static AppHostProcess StartHost() => AppHostProcess.Start(["--store", "embedded", "--http-port", $"{FreePorts.Next()}", "--grpc-port", $"{FreePorts.Next()}"]);
}
