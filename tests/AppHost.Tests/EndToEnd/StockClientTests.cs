using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace AppHost.Tests.EndToEnd;

/// <summary>A running system as others see it: a Python client, redis-cli, and somebody who kills an agent.</summary>
public sealed class StockClientTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("stock-client-").FullName;

    private string Workspace => Path.Combine(_folder, "workspace");

    [Fact]
    public async Task Python_SubmitsAndWatches_SeesEveryEventAndTheResult()
    {
        Samples.Vulnerable(Workspace);
        await using var host = AppHostProcess.Start(["--store", "embedded", "--workspace", Workspace, "--http-port", Port(), "--grpc-port", Port(out var grpc)], _folder);
        await host.SaysAsync("ready");

        var lines = await PythonAsync($"127.0.0.1:{grpc}", "Audit this repository for security problems");

        var versions = lines.Where(line => line.TryGetProperty("version", out _)).Select(line => line.GetProperty("version").GetInt64()).ToList();
        versions.ShouldBe(Enumerable.Range(1, versions.Count).Select(n => (long)n));
        lines[^1].GetProperty("status").GetString().ShouldBe("COMPLETED");
        lines[^1].GetProperty("findings").GetInt32().ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task RedisCli_AfterARun_ShowsLogQueueKeysAndIndex()
    {
        Samples.Documents(Workspace);
        await using var host = AppHostProcess.Start(["--store", "redis", "--workspace", Workspace, "--http-port", Port(), "--grpc-port", Port(out var grpc)], _folder);
        await host.SaysAsync("ready");
        var lines = await PythonAsync($"127.0.0.1:{grpc}", "Which port does the gateway listen on?");
        var runId = lines[0].GetProperty("run_id").GetString()!;

        var port = RedisPort(host);

        var log = (await CliAsync(port, "--scan", "--pattern", $"*:log:{runId}")).ShouldHaveSingleItem();
        int.Parse((await CliAsync(port, "LLEN", log))[0], CultureInfo.InvariantCulture)
            .ShouldBe(lines.Count(line => line.TryGetProperty("version", out _)));
        (await CliAsync(port, "HGET", log.Replace(":log:", ":run:", StringComparison.Ordinal), "status")).ShouldBe(["COMPLETED"]);
        (await CliAsync(port, "HGET", log.Replace(":log:", ":context:", StringComparison.Ordinal) + ":run", "answer")).ShouldContain(line => line.Contains("researcher") || line.Contains("Which port"));
        (await CliAsync(port, "CONFIG", "GET", "maxmemory-policy"))[1].ShouldBe("noeviction");
    }

    [Fact]
    public async Task KillAnAgent_InTheMiddleOfARun_RunCompletesAndHistoryShowsTheReassignment()
    {
        for (var i = 0; i < 40; i++)
        {
            Samples.Vulnerable(Path.Combine(Workspace, $"part{i:00}"));
        }

        await using var host = AppHostProcess.Start(
            ["--store", "embedded", "--instances", "2", "--workspace", Workspace, "--http-port", Port(), "--grpc-port", Port(out var grpc)], _folder);
        await host.SaysAsync("ready");
        var killed = 0;

        var lines = await PythonAsync($"127.0.0.1:{grpc}", "Audit this repository for security problems", async line =>
        {
            // The instance's name ends with its process id.
            if (killed == 0 && line.TryGetProperty("instance", out var instance) && instance.GetString()!.StartsWith("reviewer", StringComparison.Ordinal))
            {
                killed = int.Parse(instance.GetString()!.Split('-')[^1], CultureInfo.InvariantCulture);
                await host.SignalAsync("KILL", killed);
            }
        });

        killed.ShouldNotBe(0);
        lines[^1].GetProperty("status").GetString().ShouldBe("COMPLETED");
        lines.ShouldContain(line => Kind(line) == "task_reassigned");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Kind(JsonElement line) => line.TryGetProperty("kind", out var kind) ? kind.GetString()! : "";

    private async Task<List<JsonElement>> PythonAsync(string server, string request, Func<JsonElement, Task>? seen = null)
    {
        var script = Path.Combine(Repository.Root, "tests", "AppHost.Tests", "EndToEnd", "client.py");
        var start = new ProcessStartInfo("/usr/bin/python3", [script, Path.Combine(Repository.Root, "Protos"), server, Workspace, request])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = new List<JsonElement>();
        while (await process.StandardOutput.ReadLineAsync(AppHostProcess.Soon()) is { } text)
        {
            using var document = JsonDocument.Parse(text);
            lines.Add(document.RootElement.Clone());
            if (seen is not null)
            {
                await seen(lines[^1]);
            }
        }

        await process.WaitForExitAsync(AppHostProcess.Soon());
        process.ExitCode.ShouldBe(0, await errors);
        return lines;
    }

    private static async Task<string[]> CliAsync(string port, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("redis-cli", ["-p", port, .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync(AppHostProcess.Soon());
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string RedisPort(AppHostProcess host)
    {
        var pid = host.Children().First(child => child.Value.StartsWith("redis-server", StringComparison.Ordinal)).Key;
        var command = File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ');
        return command[(command.LastIndexOf(':') + 1)..].Split(' ')[0];
    }

    private static string Port() => Port(out _);

    private static string Port(out int port)
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        return port.ToString(CultureInfo.InvariantCulture);
    }
}
