using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Storage.Embedded;

/// <summary>Writes records; <see cref="JournalApply"/> reads them.</summary>
internal static class JournalRecords
{
    public static void Lease(RecordWriter writer, int partition, long epoch, string owner)
    {
        writer.Begin(JournalFormat.Lease);
        writer.Number((ulong)partition);
        writer.Number(epoch);
        writer.Text(owner);
        writer.End();
    }

    public static void Append(RecordWriter writer, AppendBatch batch, UInt128 batchKey, Func<ContextWrite, long> contextVersion)
    {
        BeginAppend(writer, batch.RunId, batchKey, batch.ExpectedVersion + 1);
        writer.Number((ulong)batch.Events.Count);
        foreach (var data in batch.Events)
        {
            writer.Blob(data.Span);
        }

        writer.Number((ulong)batch.Dequeue.Count);
        foreach (var id in batch.Dequeue)
        {
            writer.Text(id);
        }

        writer.Number((ulong)batch.Enqueue.Count);
        foreach (var entry in batch.Enqueue)
        {
            QueueEntry(writer, entry);
        }

        var flags = (batch.Index is null ? 0 : JournalFormat.HasIndex)
            | (batch.WakeAt is null ? 0 : JournalFormat.HasWake)
            | (batch.ClearWake ? JournalFormat.ClearsWake : 0);
        writer.Number((ulong)flags);
        if (batch.Index is { } index)
        {
            Index(writer, index.Tenant, index.Status, index.Playbook, index.CreatedAt.UtcTicks, index.UpdatedAt.UtcTicks, index.Open, index.Summary.Span);
        }

        if (batch.WakeAt is { } wake)
        {
            writer.Number(wake.ToUnixTimeMilliseconds());
        }

        writer.Number((ulong)batch.Context.Count);
        foreach (var write in batch.Context)
        {
            Context(writer, write.Scope, write.Key, contextVersion(write), write.Value.Span);
        }

        writer.End();
    }

    public static void BeginAppend(RecordWriter writer, string runId, UInt128 batchKey, long firstVersion)
    {
        writer.Begin(JournalFormat.Append);
        writer.Text(runId);
        Span<byte> key = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(key, batchKey);
        writer.Bytes(key);
        writer.Number(firstVersion);
    }

    public static void QueueEntry(RecordWriter writer, QueueEntry entry)
    {
        writer.Text(entry.Id);
        writer.Text(entry.Role);
        writer.Number((ulong)entry.Priority);
        writer.Number(entry.EnqueuedAt.ToUnixTimeMilliseconds());
        writer.Text(entry.Tenant);
        writer.Number((ulong)entry.Data.Length);
        writer.Bytes(entry.Data.Span);
    }

    /// <returns>The offset of the summary in the frame.</returns>
    public static int Index(
        RecordWriter writer, string tenant, string status, string playbook, long createdTicks, long updatedTicks, bool open, ReadOnlySpan<byte> summary)
    {
        writer.Text(tenant);
        writer.Text(status);
        writer.Text(playbook);
        writer.Number(createdTicks);
        writer.Number(updatedTicks);
        writer.Number(open ? 1UL : 0UL);
        return writer.Blob(summary);
    }

    /// <returns>The offset of the value in the frame.</returns>
    public static int Context(RecordWriter writer, string scope, string key, long version, ReadOnlySpan<byte> value)
    {
        writer.Text(scope);
        writer.Text(key);
        writer.Number(version);
        return writer.Blob(value);
    }

    /// <returns>The offset of the data in the frame.</returns>
    public static int Snapshot(RecordWriter writer, string runId, long version, ReadOnlySpan<byte> data)
    {
        writer.Begin(JournalFormat.Snapshot);
        writer.Text(runId);
        writer.Number(version);
        var at = writer.Blob(data);
        writer.End();
        return at;
    }

    public static void Delete(RecordWriter writer, string runId)
    {
        writer.Begin(JournalFormat.Delete);
        writer.Text(runId);
        writer.End();
    }

    public static void End(RecordWriter writer)
    {
        writer.Begin(JournalFormat.End);
        writer.End();
    }

    /// <summary>A batch id in 16 bytes, so that remembering one costs little for each of many runs.</summary>
    public static UInt128 BatchKey(string batchId)
    {
        Span<byte> utf8 = stackalloc byte[StoreLimits.MaxNameLength];
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(batchId, utf8)], hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
