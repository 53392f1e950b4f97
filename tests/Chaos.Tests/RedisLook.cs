using System.Globalization;
using System.Text;

namespace Chaos.Tests;

/// <summary>Looks into redis-server as an operator would, with names from docs/redis-keys.md.</summary>
internal static class RedisLook
{
    public const int Partitions = 16;

    /// <summary>The partitions that a process owned, by the leases as they stand.</summary>
    public static async Task<HashSet<int>> OwnedByAsync(Deployment deployment, int processId)
    {
        HashSet<int> owned = [];
        await using var redis = await deployment.RedisAsync();
        for (var p = 0; p < Partitions; p++)
        {
            if ((await SendAsync(redis, "HGET", $"{{agents:p{p}}}:lease", "owner")).EndsWith("/" + processId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
            {
                owned.Add(p);
            }
        }

        return owned;
    }

    /// <summary>What is left over that should have gone with the runs and the processes.</summary>
    public static async Task<List<string>> LeftAsync(Deployment deployment)
    {
        List<string> left = [];
        await using var redis = await deployment.RedisAsync();
        for (var p = 0; p < Partitions; p++)
        {
            foreach (var (what, words) in new (string, string[])[]
            {
                ("open runs", ["ZCARD", $"{{agents:p{p}}}:open"]),
                ("queue entries", ["HLEN", $"{{agents:p{p}}}:queue"]),
                ("inbox items", ["HLEN", $"{{agents:p{p}}}:inbox"]),
                ("leases that nobody gave back", ["HEXISTS", $"{{agents:p{p}}}:lease", "nonce"]),
            })
            {
                if (await SendAsync(redis, words) is not "0" and var count)
                {
                    left.Add($"partition {p} has {count} {what}");
                }
            }
        }

        foreach (var group in new[] { "replicas", "instances" })
        {
            // Members of those that were killed go when their time has run out.
            var count = "";
            for (var i = 0; i < 150 && (count = await SendAsync(redis, "HLEN", $"{{agents:members:{group}}}:data")) != "0"; i++)
            {
                await Task.Delay(100);
            }

            if (count != "0")
            {
                left.Add($"{count} members are left in {group}");
            }
        }

        return left;
    }

    /// <summary>Gives a command.</summary>
    /// <returns>Its answer: a number, or a text, which is empty when there is none.</returns>
    public static async Task<string> SendAsync(Stream redis, params string[] words)
    {
        var command = new StringBuilder($"*{words.Length}\r\n");
        foreach (var word in words)
        {
            command.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
        }

        await redis.WriteAsync(Encoding.UTF8.GetBytes(command.ToString()));
        var line = await LineAsync(redis);
        return line is ['$', not '-', ..] ? await LineAsync(redis) : line is ['-', ..] ? throw new IOException($"Redis: {line}") : line is "$-1" ? "" : line.TrimStart(':');
    }

    // Byte by byte: the connection is used again, and nothing of the next answer may be taken.
    private static async Task<string> LineAsync(Stream redis)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (line is not [.., (byte)'\r', (byte)'\n'])
        {
            await redis.ReadExactlyAsync(one);
            line.Add(one[0]);
        }

        return Encoding.UTF8.GetString([.. line[..^2]]);
    }
}
