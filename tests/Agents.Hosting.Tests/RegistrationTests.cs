using Agents.Hosting.Tests.Fakes;

namespace Agents.Hosting.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public async Task Join_OrchestratorIsThere_RegistersContractAndUrlAndSendsHeartbeats()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        await using var agent = await RunningAgent.StartAsync(
            echo => echo.Limit(maxParallel: 3).OnTask<ExecuteTests.SayInput, ExecuteTests.SayOutput>("say", (input, _, _) => Task.FromResult(new ExecuteTests.SayOutput(input.Text, 1)), "Says it."),
            orchestrator);

        await Eventually.IsTrueAsync(() => orchestrator.State.Messages.Count(message => message.Heartbeat is { Healthy: true, Running: 0, Capacity: 3 }) >= 3, "heartbeats");

        var registration = orchestrator.State.Registrations.ShouldHaveSingleItem();
        registration.Url.ShouldBe(agent.Url);
        registration.IncarnationId.Length.ShouldBe(32);
        registration.Contract.Role.ShouldBe("echo");
        registration.Contract.Limits.MaxParallel.ShouldBe(3);
        registration.Contract.Capabilities.ShouldHaveSingleItem().Description.ShouldBe("Says it.");
        (await agent.Client.DescribeAsync(new Protos.V1.DescribeRequest())).Contract.ShouldBe(registration.Contract);
    }
}
