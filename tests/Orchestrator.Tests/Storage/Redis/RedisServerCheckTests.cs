using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orchestrator.Storage;
using Orchestrator.Storage.Redis;

namespace Orchestrator.Tests.Storage.Redis;

public sealed class RedisServerCheckTests
{
    [Theory]
    [InlineData("allkeys-lru")]
    [InlineData("volatile-ttl")]
    public async Task Open_ServerThatEvicts_IsRefusedAndNamesThePolicy(string policy)
    {
        var server = new RedisServer { Settings = ["--maxmemory-policy", policy] };
        await server.StartAsync();
        try
        {
            await using var store = RedisHarness.Create(server, "t");
            var error = await Should.ThrowAsync<StoreConfigurationException>(() => store.OpenAsync(default));
            error.Message.ShouldContain($"'{policy}'");
            error.Message.ShouldContain("noeviction");
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Open_NoAppendOnlyFile_Warns()
    {
        var server = new RedisServer { Settings = ["--appendonly", "no"] };
        await server.StartAsync();
        try
        {
            var logger = new CapturingLogger<RedisRunStore>();
            await using var store = RedisHarness.Create(server, "t", logger: logger);
            await store.OpenAsync(default);
            logger.Entries.ShouldContain(e => e.Level == LogLevel.Warning && e.Text.Contains("appendonly yes", StringComparison.Ordinal));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Open_NoServer_SaysSoInTimeAndWorksOnceThereIsOne()
    {
        var server = new RedisServer();
        try
        {
            await using var store = RedisHarness.Create(server, "t", deadline: TimeSpan.FromSeconds(1));
            var watch = Stopwatch.StartNew();
            await Should.ThrowAsync<StoreUnavailableException>(() => store.OpenAsync(default));
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));

            await server.StartAsync();
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    await store.OpenAsync(default);
                    break;
                }
                catch (StoreUnavailableException) when (attempt < 20)
                {
                }
            }

            (await store.CheckAsync(default)).Ok.ShouldBeTrue();
        }
        finally
        {
            await server.DisposeAsync();
        }
    }
}
