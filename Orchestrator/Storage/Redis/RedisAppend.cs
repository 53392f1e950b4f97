using System.Globalization;
using System.Runtime.InteropServices;
using StackExchange.Redis;

namespace Orchestrator.Storage.Redis;

/// <summary>The keys, the arguments and the answer of append.lua.</summary>
internal static class RedisAppend
{
    private const long ContextConflict = -(1L << 52);

    /// <summary>All keys that the script touches, in its order.</summary>
    public static RedisKey[] Keys(RedisKeys keys, int partition, AppendBatch batch)
    {
        var queue = batch.Dequeue.Count + batch.Enqueue.Count > 0;
        var wake = batch.WakeAt is not null || batch.ClearWake;
        var all = new RedisKey[3 + (queue ? 1 : 0) + (batch.Context.Count > 0 ? batch.Context.Count + 1 : 0)
            + (batch.Answers.Count > 0 ? batch.Answers.Count + 1 : 0) + (batch.Index is null ? 0 : 3) + (wake ? 1 : 0)];
        all[0] = keys.Lease(partition);
        all[1] = keys.Run(batch.RunId);
        all[2] = keys.Log(batch.RunId);
        var at = 3;
        if (queue)
        {
            all[at++] = keys.Queue(partition);
        }

        if (batch.Context.Count > 0)
        {
            foreach (var write in batch.Context)
            {
                all[at++] = keys.Context(batch.RunId, write.Scope);
            }

            all[at++] = keys.Contexts(batch.RunId);
        }

        if (batch.Answers.Count > 0)
        {
            all[at++] = keys.Inbox(partition);
            foreach (var answer in batch.Answers)
            {
                all[at++] = keys.Answer(batch.RunId, answer.Id);
            }
        }

        if (batch.Index is { } index)
        {
            all[at++] = keys.Runs(partition, index.Tenant);
            all[at++] = keys.Open(partition);
            all[at++] = keys.Ended(partition);
        }

        if (wake)
        {
            all[at] = keys.Open(partition);
        }

        return all;
    }

    public static RedisValue[] Arguments(string channel, PartitionLease lease, AppendBatch batch)
    {
        var wake = batch.WakeAt is not null || batch.ClearWake;
        var values = new RedisValue[7 + batch.Events.Count + batch.Dequeue.Count + (2 * batch.Enqueue.Count) + (4 * batch.Context.Count)
            + (2 * batch.Answers.Count) + (batch.Index is null ? 0 : 9) + (wake ? 1 : 0)];
        values[0] = channel;
        values[1] = lease.Epoch;
        values[2] = lease.Nonce;
        values[3] = batch.ExpectedVersion;
        values[4] = batch.BatchId;
        values[5] = batch.RunId;
        values[6] = string.Create(
            CultureInfo.InvariantCulture,
            $"{batch.Events.Count} {batch.Dequeue.Count} {batch.Enqueue.Count} {batch.Context.Count} {batch.Answers.Count} {(batch.Index is null ? 0 : 1)} {(wake ? 1 : 0)}");
        var at = 7;
        foreach (var data in batch.Events)
        {
            values[at++] = Bytes(data);
        }

        foreach (var id in batch.Dequeue)
        {
            values[at++] = id;
        }

        foreach (var entry in batch.Enqueue)
        {
            values[at++] = entry.Id;
            values[at++] = RedisQueue.Format(entry);
        }

        foreach (var write in batch.Context)
        {
            values[at++] = write.Scope;
            values[at++] = write.Key;
            values[at++] = write.ExpectedVersion is { } expected ? expected : RedisValue.EmptyString;
            values[at++] = Bytes(write.Value);
        }

        foreach (var answer in batch.Answers)
        {
            values[at++] = answer.Id;
            values[at++] = Bytes(answer.Data);
        }

        if (batch.Index is { } index)
        {
            values[at++] = index.Tenant;
            values[at++] = index.Status;
            values[at++] = index.Playbook;
            values[at++] = Time(index.CreatedAt);
            values[at++] = Time(index.UpdatedAt);
            values[at++] = index.Open ? 1 : 0;
            values[at++] = Bytes(index.Summary);
            values[at++] = index.CreatedAt.ToUnixTimeMilliseconds();
            values[at++] = index.UpdatedAt.ToUnixTimeMilliseconds();
        }

        if (wake)
        {
            values[at] = batch.WakeAt is { } time ? time.ToUnixTimeMilliseconds() : "inf";
        }

        return values;
    }

    public static AppendResult Answer(RedisResult result, AppendBatch batch)
    {
        var answer = (long)result;
        switch (answer)
        {
            case > 0:
                return new AppendResult(AppendStatus.Appended, answer);
            case 0:
                return new AppendResult(AppendStatus.LeaseLost, 0);
            case < ContextConflict:
                var write = batch.Context[(int)(ContextConflict - answer) - 1];
                return new AppendResult(AppendStatus.ContextConflict, batch.ExpectedVersion, write.Scope + "/" + write.Key);
            default:
                return new AppendResult(AppendStatus.VersionConflict, -1 - answer);
        }
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>The bytes without a copy where the memory is a whole array; older clients take arrays only.</summary>
    public static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) && segment.Array is { } array && segment.Count == array.Length
            ? array
            : memory.ToArray();
}
