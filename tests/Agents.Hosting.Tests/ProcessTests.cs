using System.Net;
using System.Net.Sockets;
using Agents.Hosting.Tests.Fakes;
using Grpc.Net.Client;
using Protos.V1;

namespace Agents.Hosting.Tests;

/// <summary>The example agent as a process of its own.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task Greeter_Joined_AnswersThenDrainsOnSigtermWithExitCodeZero()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        await using var greeter = AgentProcess.Start($"--services:orchestrator:grpc:0={orchestrator.Url}");
        await Eventually.IsTrueAsync(() => orchestrator.State.Messages.Any(message => message.Heartbeat is not null), "the process joins");
        var registration = orchestrator.State.Registrations.Single();
        registration.Contract.Capabilities.Select(capability => capability.TaskType).ShouldBe(["greet", "countdown", "first_line"]);
        using var channel = GrpcChannel.ForAddress(registration.Url);
        var client = new AgentService.AgentServiceClient(channel);

        (await RunAsync(client, "greet", new { name = "Ada", formal = true }))[^1].Result.Output.Fields["greeting"].StringValue.ShouldBe("Good day, Ada!");

        using var call = client.Execute(new ExecuteRequest { Assignment = Assignment("countdown", new { from = 2 }) });
        await TaskEvents.NextAsync(call.ResponseStream, one => one.Progress is not null);
        greeter.Signal("TERM");
        await Eventually.IsTrueAsync(() => orchestrator.State.Messages.Any(message => message.Leaving is not null), "it says that it leaves");

        (await TaskEvents.AllAsync(call.ResponseStream))[^1].Result.Output.Fields["counted"].NumberValue.ShouldBe(2);
        (await greeter.ExitAsync()).ShouldBe(0, greeter.Output);
    }

    [Fact]
    public async Task Greeter_NobodyListens_StopsAtOnceOnSigterm()
    {
        await using var greeter = AgentProcess.Start("--services:orchestrator:grpc:0=http://127.0.0.1:9");
        await Eventually.IsTrueAsync(() => greeter.Output.Contains("is not there yet"), "it runs");

        greeter.Signal("TERM");

        (await greeter.ExitAsync()).ShouldBe(0, greeter.Output);
    }

    [Fact]
    public async Task Greeter_PortInUse_SaysSoAndExitsWithOne()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        await using var greeter = AgentProcess.Start($"--Kestrel:Endpoints:grpc:Url={url}");

        (await greeter.ExitAsync()).ShouldBe(1);
        greeter.Output.ShouldContain($"greeter: Failed to bind to address {url}: address already in use.");
    }

    [Theory]
    [InlineData("--Agents:DrainSeconds=soon", "Setting Agents:DrainSeconds is \"soon\"; it must be a whole number from 0 to 86400.")]
    [InlineData("--Agents:MaxParallel=0", "Setting Agents:MaxParallel is \"0\"; it must be a whole number from 1 to 100000.")]
    [InlineData("--services:orchestrator:grpc:0=localhost:5081", "Setting services:orchestrator:grpc:0 is \"localhost:5081\"; it must be an http or https URL.")]
    [InlineData("--Workspaces:Roots:0=here", "Setting Workspaces:Roots:0 is \"here\"; it must be an absolute path.")]
    public async Task Greeter_WrongSetting_NamesItAndExitsWithOne(string setting, string message)
    {
        await using var greeter = AgentProcess.Start(setting);

        (await greeter.ExitAsync()).ShouldBe(1);
        greeter.Output.Trim().ShouldBe($"greeter: {message}");
    }

    private static async Task<IReadOnlyList<TaskEvent>> RunAsync(AgentService.AgentServiceClient client, string taskType, object input)
    {
        using var call = client.Execute(new ExecuteRequest { Assignment = Assignment(taskType, input) });
        return await TaskEvents.AllAsync(call.ResponseStream);
    }

    private static TaskAssignment Assignment(string taskType, object input)
    {
        var assignment = RunningAgent.Assignment(taskType, input, task: taskType);
        assignment.ToAgent = "greeter";
        return assignment;
    }
}
