using Agents.Hosting.Workspaces;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agents.Hosting.Tests;

public sealed class WorkspaceCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agents-cache-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Publish_CacheIsFull_WhatIsUsedStaysAndTheOthersGo()
    {
        var cache = Cache(maxBytes: 100);
        using var used = await PublishAsync(cache, "a", 60);
        (await PublishAsync(cache, "b", 60)).Dispose();

        using var third = await PublishAsync(cache, "c", 60);

        Names().ShouldBe(["a", "c"]);
        File.ReadAllText(Path.Combine(used.Root, "a.txt")).ShouldBe("a");
        used.Dispose();
        using var fourth = await PublishAsync(Cache(maxBytes: 100), "d", 40);
        Names().ShouldBe(["c", "d"]);
    }

    [Fact]
    public async Task Begin_LongUnused_GoesUnlessItIsUsed()
    {
        var cache = Cache(maxBytes: 1000);
        (await PublishAsync(cache, "old", 1)).Dispose();
        using var used = await PublishAsync(cache, "used", 1);
        foreach (var name in (string[])["old", "used"])
            File.SetLastWriteTimeUtc(Path.Combine(_folder, name, ".complete"), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));

        Directory.Delete(cache.Begin());

        Names().ShouldBe(["used"]);
    }

    [Fact]
    public async Task Publish_AnotherWasFaster_UsesWhatIsThere()
    {
        var cache = Cache(maxBytes: 1000);
        using var first = await PublishAsync(cache, "a", 1);
        using var second = await PublishAsync(cache, "a", 1);

        second.Root.ShouldBe(first.Root);
        Names().ShouldBe(["a"]);
    }

    private WorkspaceCache Cache(long maxBytes) =>
        new(new WorkspaceOptions { CachePath = _folder, MaxCacheBytes = maxBytes }, TimeProvider.System, NullLogger.Instance);

    private IEnumerable<string?> Names() => Directory.GetDirectories(_folder).Select(Path.GetFileName).Where(name => !name!.StartsWith("tmp-", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static async Task<CachedWorkspace> PublishAsync(WorkspaceCache cache, string name, long bytes)
    {
        var work = cache.Begin();
        var files = Directory.CreateDirectory(Path.Combine(work, WorkspaceCache.Files)).FullName;
        await File.WriteAllTextAsync(Path.Combine(files, $"{name}.txt"), name);
        return (await cache.PublishAsync(work, name, bytes, default)).ShouldNotBeNull();
    }
}
