using Agents.Hosting.Tests.Fakes;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Agents.Hosting.Tests;

public sealed class RejoinTests
{
    [Fact]
    public async Task Join_OrchestratorRestartsOnTheSamePort_JoinsAgain()
    {
        var first = await FakeOrchestrator.StartAsync();
        var port = first.Port;
        await using var agent = await RunningAgent.StartAsync(echo => new GatedAgent().Configure(echo), first);
        await Eventually.IsTrueAsync(() => Said(agent, LogLevel.Information, "Joined ") == 1, "joined");
        await first.DisposeAsync();
        await Eventually.IsTrueAsync(() => Said(agent, LogLevel.Warning, "Lost ") == 1, "loss is noticed");

        await using var second = await FakeOrchestrator.StartAsync(port: port);
        await Eventually.IsTrueAsync(() => second.State.Messages.Any(message => message.Heartbeat is not null), "heartbeats again");
        await Eventually.IsTrueAsync(() => Said(agent, LogLevel.Information, "Joined ") == 2, "joined again");

        second.State.Registrations.Single().IncarnationId.ShouldBe(first.State.Registrations.Single().IncarnationId);
        Said(agent, LogLevel.Warning, "Lost ").ShouldBe(1);
    }

    [Fact]
    public async Task Join_OrchestratorEndsTheStream_JoinsAgain()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        await using var agent = await RunningAgent.StartAsync(echo => new GatedAgent().Configure(echo), orchestrator);
        await Eventually.IsTrueAsync(() => Said(agent, LogLevel.Information, "Joined ") == 1, "joined");

        orchestrator.State.StopJoins();

        await Eventually.IsTrueAsync(() => orchestrator.State.Registrations.Count == 2, "second registration");
    }

    [Fact]
    public async Task Join_OrchestratorComesLater_JoinsThenAndSaysSoOnce()
    {
        var placeholder = await FakeOrchestrator.StartAsync();
        var port = placeholder.Port;
        await placeholder.DisposeAsync();
        await using var agent = await RunningAgent.StartAsync(host => host.AddAgent("echo", echo => new GatedAgent().Configure(echo)), $"http://127.0.0.1:{port}");
        await Eventually.IsTrueAsync(() => Said(agent, LogLevel.Information, "is not there yet") == 1, "it says that nobody is there");

        await using var orchestrator = await FakeOrchestrator.StartAsync(port: port);
        await Eventually.IsTrueAsync(() => orchestrator.State.Registrations.Count == 1, "registration");

        Said(agent, LogLevel.Information, "is not there yet").ShouldBe(1);
        agent.Log.Lines.ShouldNotContain(line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Join_SecondReplicaWorks_IsUsedWhenTheFirstDoesNot()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        await using var agent = await RunningAgent.StartAsync(
            host => host.AddAgent("echo", echo => new GatedAgent().Configure(echo)), "http://127.0.0.1:9", $"--services:orchestrator:grpc:1={orchestrator.Url}");

        await Eventually.IsTrueAsync(() => orchestrator.State.Registrations.Count == 1, "registration at the second");
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.FailedPrecondition)]
    public async Task Join_ContractRefused_SaysWhyAndTriesRarely(StatusCode status)
    {
        var state = new FakeState { RefuseJoin = new Status(status, "capability say: input_schema is not JSON") };
        await using var orchestrator = await FakeOrchestrator.StartAsync(state);
        await using var agent = await RunningAgent.StartAsync(echo => new GatedAgent().Configure(echo), orchestrator);

        await Eventually.IsTrueAsync(() => Said(agent, LogLevel.Error, "refuses this agent: capability say: input_schema is not JSON") == 1, "the reason is logged");

        state.Registrations.Count.ShouldBe(1);
    }

    private static int Said(RunningAgent agent, LogLevel level, string text) => agent.Log.Lines.Count(line => line.Level == level && line.Text.Contains(text));
}
