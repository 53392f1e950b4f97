using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using Orchestrator.Storage;
using Orchestrator.Storage.Embedded;

namespace Orchestrator.Tests.Storage.Embedded;

public sealed class EmbeddedHarness : StoreHarness
{
    private readonly TempFolder _folder = new();
    private readonly List<IRunStore> _open = [];

    public override bool Shared => false;

    public string Folder => _folder.Path;

    public string Journal => Directory.GetFiles(Folder, "journal-*.log").Order(StringComparer.Ordinal).Last();

    public override async Task<IRunStore> OpenAsync(int partitions = PartitionCount)
    {
        // One process, one store: the one before is closed first, as by a restart.
        await CloseAsync();
        var store = Create(Folder, partitions);
        await store.OpenAsync(default);
        _open.Add(store);
        return store;
    }

    public async Task CloseAsync()
    {
        foreach (var store in _open)
        {
            await store.DisposeAsync();
        }

        _open.Clear();
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    internal static EmbeddedRunStore Create(
        string folder,
        int partitions = PartitionCount,
        Action<string, Exception>? fatal = null,
        Action<SafeFileHandle>? flush = null,
        ILogger<EmbeddedRunStore>? logger = null,
        long compactFrom = 64 * 1024 * 1024) => new(
            new EmbeddedStoreOptions
            {
                Folder = folder,
                Partitions = partitions,
                Fatal = fatal ?? ((reason, cause) => throw new InvalidOperationException(reason, cause)),
                Flush = flush ?? RandomAccess.FlushToDisk,
                CompactFromBytes = compactFrom,
            },
            TimeProvider.System,
            logger ?? NullLogger<EmbeddedRunStore>.Instance);
}
