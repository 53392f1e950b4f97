using Agents.Hosting;
using Agents.Workspaces.Packing;
using Google.Protobuf;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Artifacts;
using Orchestrator.Processing;
using Orchestrator.Tests.Planning;
using Orchestrator.Tests.Storage.Redis;
using Protos.V1;

namespace Orchestrator.Tests.Engine;

/// <summary>Runs on a packed workspace: uploaded as clients do, unpacked by an agent that shares no folder with them.</summary>
public sealed class PackedRunTests(RedisServer redis) : IClassFixture<RedisServer>, IDisposable
{
    private readonly TemporaryFolder _files = new();
    private readonly TemporaryFolder _cache = new();

    public sealed record Nothing;

    public sealed record Read(string Text);

    public void Dispose()
    {
        _files.Dispose();
        _cache.Dispose();
    }

    [Fact]
    public async Task Run_OnAPackedWorkspace_HoldsItUntilTheRunIsDeleted()
    {
        await using var system = await TestSystem.StartAsync();
        await AddReaderAsync(system);
        _files.Write("src/a.txt", "what is packed");
        var id = await UploadAsync(system);
        (await UploadAsync(system)).ShouldBe(id, "the same files are the same artifact");

        var first = await SubmitAsync(system.Engine, id);
        var second = await SubmitAsync(system.Engine, id);
        foreach (var run in (string[])[first, second])
        {
            (await system.WatchAsync(run))[^1].RunCompleted.ShouldNotBeNull();
            (await system.RunAsync(run)).Tasks.ShouldHaveSingleItem().Output.Fields["text"].StringValue.ShouldBe("what is packed");
        }

        (await system.RunAsync(first)).Workspace.Artifact.Id.ShouldBe(id);
        // As if it had been uploaded a while ago: who deletes the last run deletes it.
        File.SetLastWriteTimeUtc(Stored(system).ShouldHaveSingleItem(), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2));
        await system.Engine.DeleteAsync(new DeleteRunRequest { RunId = first }, TestSystem.Me, default);
        Stored(system).Length.ShouldBe(1);
        await system.Engine.DeleteAsync(new DeleteRunRequest { RunId = second }, TestSystem.Me, default);
        Stored(system).ShouldBeEmpty();
        (await Should.ThrowAsync<RequestRefusedException>(() => SubmitAsync(system.Engine, id))).Code.ShouldBe("WORKSPACE_MISSING");
    }

    [Fact]
    public async Task Run_ReplicaGoes_TheOtherGoesOnWithTheWorkspace()
    {
        await using var system = await TestSystem.StartAsync($"--ConnectionStrings:redis={redis.ConnectionString}", $"--Store:Prefix=t{Guid.NewGuid():N}", "--Replicas:RenewSeconds=0.2");
        var going = await system.AddReplicaAsync();
        var (begun, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        await AddReaderAsync(system, async ct =>
        {
            begun.TrySetResult();
            await goOn.Task.WaitAsync(ct);
        });
        _files.Write("src/a.txt", "what is packed");
        var id = await UploadAsync(system);
        var host = going.Services.GetRequiredService<RunHost>();
        await TestSystem.Until(() => Enumerable.Range(0, 500).Any(i => host.LeaseOf($"run-{i}") is not null), "it owns partitions");
        var run = await SubmitAsync((RunEngine)going.Services.GetRequiredService<IRunEngine>(), id);
        host.LeaseOf(run).ShouldNotBeNull();
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60));

        await system.StopReplicaAsync(going);
        goOn.SetResult();

        (await system.WatchAsync(run))[^1].RunCompleted.ShouldNotBeNull();
        (await system.RunAsync(run)).Tasks.ShouldHaveSingleItem().Output.Fields["text"].StringValue.ShouldBe("what is packed");
    }

    [Fact]
    public async Task Retry_OfARunThatIsDeleted_StillHasTheWorkspace()
    {
        await using var system = await TestSystem.StartAsync();
        var (works, goOn) = (false, new TaskCompletionSource());
        await AddReaderAsync(system, async ct =>
        {
            if (!works)
                throw new TaskFailedException("BROKEN", "Not yet.", retryable: false);
            await goOn.Task.WaitAsync(ct);
        });
        _files.Write("src/a.txt", "what is packed");
        var id = await UploadAsync(system);
        var failed = await SubmitAsync(system.Engine, id);
        (await system.WatchAsync(failed))[^1].RunFailed.ShouldNotBeNull();

        works = true;
        var retried = (await system.Engine.RetryAsync(new RetryRunRequest { RunId = failed }, TestSystem.Me, default)).RunId;
        File.SetLastWriteTimeUtc(Stored(system).ShouldHaveSingleItem(), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2));
        await system.Engine.DeleteAsync(new DeleteRunRequest { RunId = failed }, TestSystem.Me, default);
        goOn.SetResult();

        (await system.WatchAsync(retried))[^1].RunCompleted.ShouldNotBeNull();
        (await system.RunAsync(retried)).Tasks.ShouldHaveSingleItem().Output.Fields["text"].StringValue.ShouldBe("what is packed");
    }

    [Fact]
    public async Task SubRun_OfARunOnAPackedWorkspace_HasItToo()
    {
        using var playbooks = new TemporaryFolder();
        playbooks.Write("read.yaml", "name: read\ntitle: T\ndescription: D\ntasks:\n  read: {role: worker, task: work, input: {}}\nresult: {text: \"${read.text}\"}\n");
        playbooks.Write("below.yaml", "name: below\ntitle: T\ndescription: D\ntasks:\n  team: {playbook: read, request: Read it}\nresult: {text: \"${team.text}\"}\n");
        await using var system = await TestSystem.StartAsync($"--Playbooks:Path={playbooks.Path}");
        await AddReaderAsync(system);
        _files.Write("src/a.txt", "what is packed");
        var workspace = new Workspace { Artifact = new ArtifactRef { Id = await UploadAsync(system) } };

        var run = (await system.Engine.SubmitAsync(new SubmitRunRequest { Request = "Read it below", Playbook = "below", Workspace = workspace }, TestSystem.Me, default)).RunId;

        var events = await system.WatchAsync(run);
        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString()).Output.Fields["text"].StringValue.ShouldBe("what is packed");
    }

    private async Task AddReaderAsync(TestSystem system, Func<CancellationToken, Task>? before = null) => await system.AddAgentAsync(
        "worker",
        agent => agent.OnTask<Nothing, Read>("work", async (_, context, ct) =>
        {
            await (before?.Invoke(ct) ?? Task.CompletedTask);
            return new Read(await File.ReadAllTextAsync(context.Workspace.Resolve("src/a.txt"), ct));
        }),
        $"--Workspaces:CachePath={_cache.Path}", $"--Workspaces:Roots:0={_cache.Path}");

    private static async Task<string> SubmitAsync(RunEngine engine, string artifact)
    {
        var message = new AgentMessage { ToAgent = "worker", TaskType = "work", Task = new TaskBody { Description = "Read it" } };
        return (await engine.SubmitAsync(new SubmitRunRequest { AgentMessage = message, Workspace = new Workspace { Artifact = new ArtifactRef { Id = artifact } } }, TestSystem.Me, default)).RunId;
    }

    // In pieces over gRPC, as the command line does it.
    private async Task<string> UploadAsync(TestSystem system)
    {
        using var archive = new MemoryStream();
        var packed = await WorkspacePacker.PackAsync(_files.Path, archive, null, default);
        using var channel = GrpcChannel.ForAddress(system.GrpcUrl);
        var client = new ArtifactService.ArtifactServiceClient(channel);
        using var call = client.UploadArtifact();
        await call.RequestStream.WriteAsync(new UploadArtifactRequest { Artifact = new ArtifactRef { Id = packed.Id } });
        foreach (var piece in archive.ToArray().Chunk(100))
            await call.RequestStream.WriteAsync(new UploadArtifactRequest { Data = ByteString.CopyFrom(piece) });
        await call.RequestStream.CompleteAsync();
        var stored = (await call.ResponseAsync).Artifact;
        (await client.GetArtifactAsync(new GetArtifactRequest { Id = packed.Id })).Artifact.Size.ShouldBe(packed.PackedBytes);
        return stored.Id;
    }

    private static string[] Stored(TestSystem system) =>
        Directory.Exists(Path.Combine(system.Folder, "artifacts")) ? Directory.GetFiles(Path.Combine(system.Folder, "artifacts"), "*.bin", SearchOption.AllDirectories) : [];
}
