using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage;

/// <summary>What the stores log. Event ids 2100 to 2199.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(2100, LogLevel.Information, "Embedded store open in '{Folder}': {Runs} runs, {Partitions} partitions, {Bytes} bytes in {Segments} segment(s), read in {Milliseconds} ms.")]
    public static partial void EmbeddedOpen(ILogger logger, string folder, int runs, int partitions, long bytes, int segments, long milliseconds);

    [LoggerMessage(2101, LogLevel.Warning, "'{File}' had a torn tail: cut at offset {Offset}, {Bytes} bytes removed. They belong to a write that was never acknowledged.")]
    public static partial void TornTail(ILogger logger, string file, long offset, long bytes);

    [LoggerMessage(2102, LogLevel.Information, "Compacted the journal in '{Folder}': {Before} bytes became {After}.")]
    public static partial void Compacted(ILogger logger, string folder, long before, long after);

    [LoggerMessage(2103, LogLevel.Warning, "Compacting the journal in '{Folder}' failed; the store goes on without, and tries again later.")]
    public static partial void CompactionFailed(ILogger logger, Exception exception, string folder);

    [LoggerMessage(2104, LogLevel.Critical, "{Reason}")]
    public static partial void Fatal(ILogger logger, Exception exception, string reason);

    [LoggerMessage(2110, LogLevel.Information, "Redis store open at {Endpoint}: Redis {Version}, {Partitions} partitions, prefix '{Prefix}'.")]
    public static partial void RedisOpen(ILogger logger, string endpoint, string version, int partitions, string prefix);

    [LoggerMessage(2111, LogLevel.Warning, "Redis at {Endpoint} runs without append-only file (appendonly no): what it acknowledged since its last snapshot is lost when it stops. Set 'appendonly yes'.")]
    public static partial void NoAppendOnlyFile(ILogger logger, string endpoint);

    [LoggerMessage(2112, LogLevel.Warning, "Redis does not answer ({Reason}); calls wait for it until their deadline.")]
    public static partial void RedisSilent(ILogger logger, string reason);

    [LoggerMessage(2113, LogLevel.Information, "Redis answers again, after {Milliseconds} ms.")]
    public static partial void RedisBack(ILogger logger, long milliseconds);

    [LoggerMessage(2114, LogLevel.Warning, "The store cannot be opened yet: {Reason}")]
    public static partial void NotOpenYet(ILogger logger, string reason);
}
