using System.Net.Sockets;
using System.Text;

namespace AppHost.Tests;

/// <summary>The redis-server of this machine as a resource.</summary>
public sealed class RedisTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("redis-").FullName;

    [RedisFact]
    public async Task AddLocalRedis_RedisServerIsThere_AnswersAndKeepsItsDataByTheRules()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddLocalRedis("redis", _folder);
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("redis", AppHostProcess.Soon());

        var address = (await app.GetConnectionStringAsync("redis"))!;
        address.ShouldMatch(@"^127\.0\.0\.1:\d+$");
        var port = int.Parse(address.Split(':')[1]);
        (await AskAsync(port, "CONFIG GET appendonly")).ShouldContain("yes");
        (await AskAsync(port, "CONFIG GET maxmemory-policy")).ShouldContain("noeviction");
        (await AskAsync(port, "CONFIG GET dir")).ShouldContain(_folder);
        (await AskAsync(port, "CONFIG GET bind")).ShouldContain("127.0.0.1");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string> AskAsync(int port, string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{command}\r\nQUIT\r\n"));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(AppHostProcess.Soon());
    }
}

/// <summary>A test that needs redis-server on PATH; skipped, and said so, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute() => Skip = LocalRedis.Find() is null ? "There is no redis-server on PATH." : null;
}
