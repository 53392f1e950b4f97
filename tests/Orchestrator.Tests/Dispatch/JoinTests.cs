using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Dispatch;
using Orchestrator.Tests.Engine;
using Protos.V1;

namespace Orchestrator.Tests.Dispatch;

/// <summary>The stream on which an instance joins: whose stream no longer counts is told, so that nobody lives on unknown.</summary>
public sealed class JoinTests
{
    [Fact]
    public async Task InstanceFallsSilent_ItsStreamIsEnded_AndItMayJoinAgain()
    {
        await using var system = await TestSystem.StartAsync("--Dispatch:LivenessSeconds=1");
        using var channel = GrpcChannel.ForAddress(system.GrpcUrl);
        var registry = system.Services.GetRequiredService<AgentRegistry>();
        using var silent = await JoinAsync(channel);

        var lost = await Should.ThrowAsync<RpcException>(async () => await silent.ResponseStream.MoveNext(Soon()));

        lost.StatusCode.ShouldBe(StatusCode.Unavailable);
        lost.Status.Detail.ShouldContain("Join again");
        registry.All.ShouldBeEmpty();
        using var again = await JoinAsync(channel);
        registry.All.ShouldHaveSingleItem().Joined.ShouldNotBeNull();
    }

    [Fact]
    public async Task InstanceJoinsAgain_TheEarlierStreamIsEnded_AndTheLaterOneCounts()
    {
        await using var system = await TestSystem.StartAsync();
        using var channel = GrpcChannel.ForAddress(system.GrpcUrl);
        using var earlier = await JoinAsync(channel);
        using var later = await JoinAsync(channel);

        (await Should.ThrowAsync<RpcException>(async () => await earlier.ResponseStream.MoveNext(Soon()))).StatusCode.ShouldBe(StatusCode.Unavailable);

        await later.RequestStream.WriteAsync(new JoinRequest { Heartbeat = new Heartbeat { Healthy = true, Capacity = 7 } });
        var registry = system.Services.GetRequiredService<AgentRegistry>();
        await TestSystem.Until(() => registry.All.Single().Capacity == 7, "its heartbeat is heard");
    }

    private static async Task<AsyncDuplexStreamingCall<JoinRequest, JoinResponse>> JoinAsync(GrpcChannel channel)
    {
        var registration = Desk.Registration("joins", capacity: 1);
        registration.Url = "http://127.0.0.1:1";
        var call = new RegistryService.RegistryServiceClient(channel).Join();
        await call.RequestStream.WriteAsync(new JoinRequest { Registration = registration });
        (await call.ResponseStream.MoveNext(Soon())).ShouldBeTrue();
        call.ResponseStream.Current.Registered.InstanceId.ShouldBe("joins");
        return call;
    }

    private static CancellationToken Soon() => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;
}
