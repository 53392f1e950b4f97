using Deploy.Tests.Tools;
using Grpc.Core;
using Protos.V1;

namespace Deploy.Tests.Processes;

/// <summary>Backup and restore as docs/operating.md tells them.</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task Redis_SnapshotAfterALoss_IsRestoredAndGoesOn()
    {
        await using var cluster = await Cluster.CreateAsync();
        var redis = await cluster.StartRedisAsync();
        var orchestrator = await cluster.StartOrchestratorAsync("orchestrator-0");
        await cluster.StartAgentAsync("researcher");
        using var client = cluster.Client();
        var (kept, history) = await client.AskAsync("before");
        // Heads of the audit are signed by the second; asking for them signs what there is.
        (await client.Runs.VerifyRunAsync(new VerifyRunRequest { RunId = kept })).Report.ToString().ShouldContain("\"ok\": true");

        // The heads first, then the log, then what the log refers to.
        var backup = Directory.CreateDirectory(Path.Combine(cluster.Folder, "backup")).FullName;
        await CopyAsync(cluster.Mounted("/var/lib/agents/audit"), backup);
        (await cluster.RedisCliAsync("--rdb", Path.Combine(backup, "dump.rdb"))).ShouldNotContain("rror");
        await CopyAsync(cluster.Mounted("/var/lib/agents/artifacts"), backup);
        var (lost, _) = await client.AskAsync("after");

        await orchestrator.StopAsync(cluster.Grace("orchestrator"));
        cluster.Service.Remove(orchestrator.GrpcPort);
        await redis.KillAsync();
        Directory.Delete(cluster.Mounted("/data"), recursive: true);
        Directory.Delete(cluster.Mounted("/var/lib/agents"), recursive: true);

        // With append-only files Redis does not look at the snapshot: it is loaded without, and made into such files then.
        Directory.CreateDirectory(cluster.Mounted("/data"));
        File.Copy(Path.Combine(backup, "dump.rdb"), Path.Combine(cluster.Mounted("/data"), "dump.rdb"));
        var loading = await cluster.StartRedisAsync("--appendonly", "no");
        (await cluster.RedisCliAsync("config", "set", "appendonly", "yes")).ShouldContain("OK");
        await Waiting.UntilAsync(async () => await cluster.RedisCliAsync("info", "persistence") is var info
            && info.Contains("aof_rewrite_in_progress:0", StringComparison.Ordinal) && info.Contains("aof_rewrite_scheduled:0", StringComparison.Ordinal)
            && info.Contains("aof_last_bgrewrite_status:ok", StringComparison.Ordinal), () => "the append-only file is not written");
        (await loading.StopAsync(Waiting.Patience)).ShouldBe(0);
        Directory.CreateDirectory(cluster.Mounted("/var/lib/agents"));
        await CopyAsync(Path.Combine(backup, "audit"), cluster.Mounted("/var/lib/agents"));
        await CopyAsync(Path.Combine(backup, "artifacts"), cluster.Mounted("/var/lib/agents"));
        await cluster.StartRedisAsync();
        await cluster.StartOrchestratorAsync("orchestrator-1");

        await ShouldBeRestoredAsync(client, kept, history, lost);
    }

    [Fact]
    public async Task Embedded_CopyOfARunningJournalAfterALoss_IsRestoredAndGoesOn()
    {
        await using var cluster = await Cluster.CreateAsync();
        var home = Directory.CreateDirectory(Path.Combine(cluster.Folder, "home")).FullName;
        var (http, grpc) = (FreePorts.Next(), FreePorts.Next());
        var first = StartEmbedded(cluster, "first", home, http, grpc);
        await using (first)
        {
            await Probes.HttpAsync(first, new Uri($"http://127.0.0.1:{http}/health"));
            cluster.Service.Add(grpc);
            await cluster.StartAgentAsync("researcher");
            using var client = new Client(grpc, cluster.Documents);
            var (kept, history) = await client.AskAsync("before");
            // Heads of the audit are signed by the second; asking for them signs what there is.
            (await client.Runs.VerifyRunAsync(new VerifyRunRequest { RunId = kept })).Report.ToString().ShouldContain("\"ok\": true");

            var backup = Directory.CreateDirectory(Path.Combine(cluster.Folder, "backup")).FullName;
            foreach (var part in (string[])["audit", "credential.key", "audit.key", "data", "artifacts"])
                await CopyAsync(Path.Combine(home, part), backup);
            var (lost, _) = await client.AskAsync("after");
            await first.KillAsync();
            Directory.Delete(home, recursive: true);

            Directory.Move(backup, home);
            await using var second = StartEmbedded(cluster, "second", home, http, grpc);
            await Probes.HttpAsync(second, new Uri($"http://127.0.0.1:{http}/health"));

            await ShouldBeRestoredAsync(client, kept, history, lost);
        }
    }

    private static Pod StartEmbedded(Cluster cluster, string name, string home, int http, int grpc) => Pod.Start(
        name, cluster.Folder, "dotnet", ["exec", Repository.Built("Orchestrator", "Orchestrator.dll")],
        new Dictionary<string, string>
        {
            ["Kestrel__Endpoints__http__Url"] = $"http://127.0.0.1:{http}",
            ["Kestrel__Endpoints__grpc__Url"] = $"http://127.0.0.1:{grpc}",
            ["Store__Kind"] = "embedded",
            ["Store__Path"] = Path.Combine(home, "data"),
            ["Artifacts__Path"] = Path.Combine(home, "artifacts"),
            ["Security__KeyFile"] = Path.Combine(home, "credential.key"),
        },
        http, grpc);

    private static async Task ShouldBeRestoredAsync(Client client, string kept, List<RunEvent> history, string lost)
    {
        List<RunEvent> restored = [];
        await Waiting.UntilAsync(
            async () =>
            {
                restored = await client.HistoryAsync(kept);
                return true;
            },
            () => $"{kept} is not there");
        restored.ShouldBe(history);
        (await client.Runs.VerifyRunAsync(new VerifyRunRequest { RunId = kept })).Report.ToString().ShouldContain("\"ok\": true");
        (await Should.ThrowAsync<RpcException>(async () => await client.Runs.GetRunAsync(new GetRunRequest { RunId = lost }))).StatusCode.ShouldBe(StatusCode.NotFound);
        await client.AskAsync("and on");
    }

    private static async Task CopyAsync(string from, string to)
    {
        var result = await Programs.RunAsync("cp", "-a", from, to);
        result.ExitCode.ShouldBe(0, result.Errors);
    }
}
