using Agents.Hosting.Tests.Fakes;
using Grpc.Core;
using Protos.V1;

namespace Agents.Hosting.Tests;

/// <summary>How long results are kept when nobody acknowledges them.</summary>
public sealed class KeptResultTests
{
    [Fact]
    public async Task Result_OlderThanResultSeconds_IsForgotten()
    {
        await using var agent = await Agent("--Agents:ResultSeconds=1");
        await agent.RunAsync(RunningAgent.Assignment());

        await Eventually.IsTrueAsync(() => agent.Log.Lines.Any(line => line.Text == "The result of attempt 1 at run-1/t1 is forgotten: nobody acknowledged it for Agents:ResultSeconds"), "forgotten");

        (await AttachAsync(agent, "t1")).ShouldBeNull();
    }

    [Fact]
    public async Task Results_MoreThanResultBytes_OldestIsForgotten()
    {
        await using var agent = await Agent("--Agents:ResultBytes=25000");

        foreach (var task in (string[])["t1", "t2", "t3"])
            await agent.RunAsync(RunningAgent.Assignment(input: new { text = new string('x', 10_000) }, task: task));

        (await AttachAsync(agent, "t1")).ShouldBeNull();
        (await AttachAsync(agent, "t2"))!.Count.ShouldBe(2);
        (await AttachAsync(agent, "t3"))!.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Results_ManyWithNothingInThem_CountForWhatTheyAre()
    {
        await using var agent = await Agent("--Agents:ResultBytes=25000");

        for (var task = 1; task <= 15; task++)
            await agent.RunAsync(RunningAgent.Assignment(input: new { text = "" }, task: $"t{task}"));

        (await AttachAsync(agent, "t1")).ShouldBeNull();
        (await AttachAsync(agent, "t15"))!.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(256, StatusCode.NotFound)]
    [InlineData(257, StatusCode.InvalidArgument)]
    public async Task Attach_IdTooLongToBeRemembered_IsRefused(int length, StatusCode status)
    {
        await using var agent = await Agent("--Agents:ResultBytes=25000");
        using var call = agent.Client.Attach(new AttachRequest { Credential = RunningAgent.Assignment(task: new string('t', length)).Credential });

        (await Should.ThrowAsync<RpcException>(() => TaskEvents.AllAsync(call.ResponseStream))).StatusCode.ShouldBe(status);
    }

    private static Task<RunningAgent> Agent(string setting) => RunningAgent.StartAsync(
        echo => echo.OnTask<GatedAgent.Input, GatedAgent.Output>("say", (input, _, _) => Task.FromResult(new GatedAgent.Output(input.Text ?? ""))), null, setting);

    private static async Task<IReadOnlyList<TaskEvent>?> AttachAsync(RunningAgent agent, string task)
    {
        using var call = agent.Client.Attach(new AttachRequest { Credential = RunningAgent.Assignment(task: task).Credential });
        try
        {
            return await TaskEvents.AllAsync(call.ResponseStream);
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            return null;
        }
    }
}
