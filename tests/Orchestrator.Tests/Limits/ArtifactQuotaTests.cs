using Google.Protobuf;
using Grpc.Core;
using Orchestrator.Tests.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Limits;

/// <summary>What a tenant stores stays within what it may.</summary>
public sealed class ArtifactQuotaTests
{
    public sealed record Nothing;

    public sealed record Words(string Text);

    [Fact]
    public async Task Upload_BeyondTheBytesOfATenant_IsRefused()
    {
        await using var system = await LimitedSystem.StartAsync("--Limits:Tenants:*:ArtifactBytes=1000");
        await UploadAsync(system, 600, 'a');

        await LimitedSystem.RefusedAsync(() => UploadAsync(system, 600, 'b'), "ARTIFACT_QUOTA", "more than the 400 bytes that are left of Limits:Tenants:*:ArtifactBytes, which is 1000");
        await UploadAsync(system, 400, 'c');
        await LimitedSystem.RefusedAsync(() => UploadAsync(system, 1, 'd'), "ARTIFACT_QUOTA", "has artifacts of 1000 bytes");
    }

    [Fact]
    public async Task Upload_MoreArtifactsThanATenantMayHave_IsRefused()
    {
        await using var system = await LimitedSystem.StartAsync("--Limits:Tenants:local:Artifacts=2");
        await UploadAsync(system, 1, 'a');
        await UploadAsync(system, 1, 'b');

        await LimitedSystem.RefusedAsync(() => UploadAsync(system, 1, 'c'), "ARTIFACT_QUOTA", "has 2 artifacts, as many as Limits:Tenants:local:Artifacts, which is 2");
    }

    [Fact]
    public async Task Upload_LargerThanAllowed_IsRefused()
    {
        await using var system = await LimitedSystem.StartAsync("--Limits:UploadBytes=1000");
        await LimitedSystem.RefusedAsync(() => UploadAsync(system, 1001, 'a'), "TOO_LARGE", "more than 1000 bytes", "Limits:UploadBytes is 1000");
    }

    [Fact]
    public async Task Upload_OneTooManyAtATime_IsRefused()
    {
        await using var system = await LimitedSystem.StartAsync("--Limits:UploadsPerTenant=1");
        using var first = system.Artifacts.UploadArtifact();
        await first.RequestStream.WriteAsync(new UploadArtifactRequest { Artifact = new ArtifactRef { Name = "a" } });
        // Whichever of the two comes first is the one; the other is refused.
        using var second = system.Artifacts.UploadArtifact();
        await second.RequestStream.WriteAsync(new UploadArtifactRequest { Artifact = new ArtifactRef { Name = "b" } });
        var refused = await global::System.Threading.Tasks.Task.WhenAny(first.ResponseAsync, second.ResponseAsync).WaitAsync(TimeSpan.FromMinutes(2));
        await LimitedSystem.RefusedAsync(() => refused, "TOO_MANY_UPLOADS", "Limits:UploadsPerTenant is 1");
    }

    [Fact]
    public async Task Output_BeyondTheBytesOfATenant_FailsItsTask()
    {
        await using var system = await LimitedSystem.StartAsync("--Limits:Tenants:*:ArtifactBytes=1000", "--Dispatch:InlineBytes=1024");
        await system.System.AddAgentAsync("worker", agent => agent.OnTask<Nothing, Words>("work", (_, _, _) => System.Threading.Tasks.Task.FromResult(new Words(new string('x', 5000)))));
        var run = await system.System.SubmitAsync(Of(Task("large")));

        var events = await system.System.WatchAsync(run);
        events[^1].RunFailed.ShouldNotBeNull().ToString().ShouldContain("ARTIFACT_QUOTA");
    }

    private static async Task UploadAsync(LimitedSystem system, int size, char content)
    {
        using var call = system.Artifacts.UploadArtifact();
        try
        {
            await call.RequestStream.WriteAsync(new UploadArtifactRequest { Artifact = new ArtifactRef { Name = "test" } });
            await call.RequestStream.WriteAsync(new UploadArtifactRequest { Data = ByteString.CopyFromUtf8(new string(content, size)) });
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // Refused meanwhile: the answer says why.
        }

        await call;
    }
}
