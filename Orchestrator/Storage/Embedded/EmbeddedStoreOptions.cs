using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Storage.Embedded;

/// <summary>How the embedded store is set up.</summary>
internal sealed class EmbeddedStoreOptions
{
    public required string Folder { get; init; }

    public int Partitions { get; init; } = 16;

    /// <summary>The journal is compacted from this size on, once more than half of it is dead.</summary>
    public long CompactFromBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Told when nothing can be stored any more and the process must stop; after it, every change is refused.</summary>
    public required Action<string, Exception> Fatal { get; init; }

    /// <summary>Makes a file durable.</summary>
    public Action<SafeFileHandle> Flush { get; init; } = RandomAccess.FlushToDisk;
}
