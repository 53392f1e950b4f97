using Google.Protobuf;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Access;

/// <summary>The log of all keys in the store, and how far this replica has read it.</summary>
internal sealed class KeyLog(IRunStore store, KeyBook book) : IDisposable
{
    /// <summary>The id of the log; no run's.</summary>
    public const string Id = "access-keys";

    private readonly SemaphoreSlim _reading = new(1, 1);
    private long _version;

    /// <summary>Reads what was written since, and gives the version that the book stands for.</summary>
    public async Task<long> CatchUpAsync(CancellationToken ct)
    {
        await _reading.WaitAsync(ct);
        try
        {
            var version = await store.GetVersionAsync(Id, ct);
            if (version < _version)
            {
                // The store was restored from a backup: what it says holds.
                book.Clear();
                _version = 0;
            }

            if (version > _version)
            {
                await foreach (var stored in store.ReadAsync(Id, _version, ct))
                {
                    book.Apply(KeyEvent.Parser.ParseFrom(stored.Data.Span));
                    _version = stored.Version;
                }
            }

            book.IsCurrent = true;
            return _version;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Writes an event after a version.</summary>
    /// <returns>False: the log has grown meanwhile.</returns>
    /// <exception cref="LeaseLostException">The log is kept elsewhere by now.</exception>
    public async Task<bool> AppendAsync(PartitionLease lease, long version, KeyEvent e, CancellationToken ct)
    {
        var batch = new AppendBatch { RunId = Id, ExpectedVersion = version, BatchId = Guid.NewGuid().ToString("N"), Events = [e.ToByteArray()] };
        AppendResult result;
        try
        {
            result = await store.AppendAsync(lease, batch, ct);
        }
        catch (StoreUnavailableException)
        {
            result = await store.AppendAsync(lease, batch, ct); // the same batch settles what became of it
        }

        return result.Status switch
        {
            AppendStatus.LeaseLost => throw new LeaseLostException($"The lease of partition {lease.Partition} is lost."),
            AppendStatus.Appended => true,
            _ => false,
        };
    }

    /// <summary>Calls when it may have grown.</summary>
    public IAsyncDisposable Watch(Action wake) => store.Watch(Id, wake);

    public void Dispose() => _reading.Dispose();
}
