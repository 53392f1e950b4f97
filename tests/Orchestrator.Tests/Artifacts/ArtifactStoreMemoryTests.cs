using System.Security.Cryptography;
using Orchestrator.Artifacts;
using Orchestrator.Tests.Storage;

namespace Orchestrator.Tests.Artifacts;

[Collection(nameof(Alone))]
public sealed class ArtifactStoreMemoryTests
{
    [Fact]
    public async Task PutAndOpen_OneGigabyte_MemoryStaysSmall()
    {
        const long size = 1024L * 1024 * 1024;
        using var folder = new TempFolder();
        var store = new DirectoryArtifactStore(folder.Path, TimeProvider.System);
        var before = GC.GetTotalAllocatedBytes();
        var info = await store.PutAsync("local", new PatternStream(size), "application/octet-stream", size, default);
        await using var stream = (await store.OpenAsync("local", info.Id, default))!;
        var hash = await SHA256.HashDataAsync(stream);

        info.Size.ShouldBe(size);
        info.Id.ShouldBe("sha256-" + Convert.ToHexStringLower(hash));
        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(64 * 1024 * 1024);
    }
}
