using Agents.Hosting;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Dispatch;
using Orchestrator.Tests.Engine;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Access;

/// <summary>Agents act for the attempts that they were given, and only the orchestrator calls them.</summary>
public sealed class AgentIdentityTests
{
    public sealed record Nothing;

    public sealed record Done;

    [Fact]
    public async Task Attempt_OfAnAgentWithItsKey_IsWorkedOnAndNobodyElsesToCallBackFor()
    {
        await using var system = await KeySystem.StartAsync();
        var mayEnd = new TaskCompletionSource();
        var running = new TaskCompletionSource();
        var agent = await system.System.AddAgentAsync("worker", builder => builder.OnTask<Nothing, Done>("work", async (_, context, ct) =>
        {
            await context.Context.PutAsync("note", new Done(), ct);
            running.TrySetResult();
            await mayEnd.Task.WaitAsync(ct);
            return new Done();
        }), $"--Agents:ApiKey={TestKeys.Agent}");
        var run = await system.System.SubmitAsync(Of(Task("a")));
        await running.Task.WaitAsync(TimeSpan.FromMinutes(2));

        // The whole credential of the attempt, as one would have it who listened.
        var registry = system.System.Services.GetRequiredService<AgentRegistry>();
        var instance = registry.All.Single();
        instance.KeyId.ShouldBe("agents");
        var credential = new AttemptCredential
        {
            RunId = run,
            TaskId = "a",
            Attempt = 1,
            Epoch = 1,
            InstanceId = instance.Id,
            Holder = instance.Holder,
            ExpiresAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddHours(1)),
        };
        system.System.Services.GetRequiredService<AttemptCredentials>().Sign(credential);
        var other = await system.CreateAsync("other", "*", "agent");
        (await RefusedAsync(other, instance.Registration.CallToken)).ShouldBe(StatusCode.PermissionDenied);
        (await RefusedAsync(TestKeys.Agent, "agt_another")).ShouldBe(StatusCode.PermissionDenied);
        (await RefusedAsync(TestKeys.Agent, null)).ShouldBe(StatusCode.PermissionDenied);
        (await RefusedAsync(TestKeys.Admin, instance.Registration.CallToken)).ShouldBe(StatusCode.PermissionDenied);
        (await RefusedAsync(TestKeys.Agent, instance.Registration.CallToken)).ShouldBeNull();
        var artifacts = new ArtifactService.ArtifactServiceClient(system.Grpc(TestKeys.Agent));
        (await Should.ThrowAsync<RpcException>(() => artifacts.DownloadArtifact(new DownloadArtifactRequest { Id = "x" }).ResponseStream.MoveNext(CancellationToken.None)))
            .StatusCode.ShouldBe(StatusCode.Unauthenticated);

        // Nor is the agent anybody else's to call, or its name to take.
        using var channel = GrpcChannel.ForAddress(agent.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        (await Should.ThrowAsync<RpcException>(() => new AgentService.AgentServiceClient(channel).DescribeAsync(new DescribeRequest()).ResponseAsync)).StatusCode.ShouldBe(StatusCode.Unauthenticated);
        (await Should.ThrowAsync<RpcException>(() => new AgentService.AgentServiceClient(channel)
            .CancelAsync(new CancelRequest { Credential = credential }).ResponseAsync)).StatusCode.ShouldBe(StatusCode.Unauthenticated);
        var thief = instance.Registration.Clone();
        thief.CallToken = new string('x', 64);
        using var joining = new RegistryService.RegistryServiceClient(system.Grpc(TestKeys.Agent)).Join();
        await joining.RequestStream.WriteAsync(new JoinRequest { Registration = thief });
        (await Should.ThrowAsync<RpcException>(() => joining.ResponseStream.MoveNext(CancellationToken.None))).Status.Detail.ShouldContain("another instance's");

        mayEnd.SetResult();
        (await system.System.WatchAsync(run))[^1].RunCompleted.ShouldNotBeNull();

        async Task<StatusCode?> RefusedAsync(string key, string? token)
        {
            var headers = new Metadata { { AttemptCredentials.MetadataKey, Convert.ToBase64String(credential.ToByteArray()) } };
            if (token is not null)
                headers.Add("agents-call-token", token);
            try
            {
                await new PolicyService.PolicyServiceClient(system.Grpc(key)).DecideToolCallAsync(new DecideToolCallRequest { Tool = "fs.read" }, headers);
                return null;
            }
            catch (RpcException e)
            {
                return e.StatusCode;
            }
        }
    }

    // One that is not written with the SDK: no key, no token, nothing demanded.
    [Fact]
    public async Task Attempt_OfAnAgentWithoutATokenWhereAccessIsOpen_IsWorkedOn()
    {
        await using var system = await TestSystem.StartAsync();
        await using var agent = await Dispatch.BareAgent.StartAsync(system, "bare");
        var run = await system.SubmitAsync(Of(Task("a")));
        (await system.WatchAsync(run))[^1].RunCompleted.ShouldNotBeNull();
        agent.Executed.Single().Credential.Holder.IsEmpty.ShouldBeTrue();
    }
}
