using System.Globalization;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Orchestrator.Storage.Redis;

/// <summary>Refuses servers that would lose data, and deployments of another shape.</summary>
internal static class RedisServerCheck
{
    private const int Format = 1;

    // Format 1 without a level: written before ended runs were listed, with ordered sets of the queue by role.
    private const int Level = 2;

    public static async Task RunAsync(RedisLink link, RedisKeys keys, RedisStoreOptions options, ILogger logger, CancellationToken ct)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (var partition = 0; partition < keys.Partitions; partition++)
        {
            // In a cluster the partitions are on different servers.
            var text = (string?)await link.EvalAsync(RedisScript.Info, [keys.Lease(partition)], [], ct);
            var info = Parse(text ?? "");
            if (seen.Add(info.GetValueOrDefault("run_id", "")))
            {
                Check(info, options, logger);
            }
        }

        var meta = (RedisValue[]?)await link.EvalAsync(RedisScript.Open, [keys.Meta], [Format, keys.Partitions, Level], ct) ?? [];
        if ((int)meta[0] != Format)
        {
            throw new StoreConfigurationException($"The data in Redis with prefix '{options.Prefix}' has format {meta[0]}; this version reads format {Format}.");
        }

        if ((int)meta[1] != keys.Partitions)
        {
            throw new StoreConfigurationException(
                $"Store:Partitions is {keys.Partitions}, but the data in Redis with prefix '{options.Prefix}' was written with {meta[1]}: "
                + $"the number is fixed for the life of the data. Set it back to {meta[1]}.");
        }

        if (meta[2].IsNull)
        {
            await UpgradeAsync(link, keys, ct);
        }
    }

    private static async Task UpgradeAsync(RedisLink link, RedisKeys keys, CancellationToken ct)
    {
        for (var partition = 0; partition < keys.Partitions; partition++)
        {
            RedisValue cursor = 0;
            do
            {
                cursor = (string?)await link.EvalAsync(RedisScript.Upgrade, [keys.Lease(partition)], [keys.Base(partition), cursor], ct);
            }
            while (cursor != "0");
        }

        await link.ReadAsync(db => db.HashSetAsync(keys.Meta, "level", Level), "level", ct);
    }

    private static void Check(Dictionary<string, string> info, RedisStoreOptions options, ILogger logger)
    {
        var version = info.GetValueOrDefault("redis_version", "unknown");
        var server = "port " + info.GetValueOrDefault("tcp_port", "unknown");
        if (!int.TryParse(version.Split('.')[0], CultureInfo.InvariantCulture, out var major) || major < 7)
        {
            throw new StoreConfigurationException($"Redis at {server} has version {version}; version 7 or later is needed.");
        }

        var policy = info.GetValueOrDefault("maxmemory_policy", "unknown");
        if (policy != "noeviction")
        {
            throw new StoreConfigurationException(
                $"Redis at {server} has maxmemory-policy '{policy}' and would throw runs away when memory is short. Set it to 'noeviction' (CONFIG SET maxmemory-policy noeviction, and in redis.conf).");
        }

        if (info.GetValueOrDefault("aof_enabled") != "1")
        {
            StoreLog.NoAppendOnlyFile(logger, server);
        }

        StoreLog.RedisOpen(logger, server, version, options.Partitions, options.Prefix);
    }

    private static Dictionary<string, string> Parse(string info)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (var line in info.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                values.TryAdd(line[..colon], line[(colon + 1)..].Trim());
            }
        }

        return values;
    }
}
