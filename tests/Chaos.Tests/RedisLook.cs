using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Chaos.Tests;

/// <summary>Looks into redis-server as an operator would, with names from docs/redis-keys.md.</summary>
internal static class RedisLook
{
    public const int Partitions = 16;

    /// <summary>The partitions that a process owned, by the leases as they stand.</summary>
    public static async Task<HashSet<int>> OwnedByAsync(int port, int processId)
    {
        HashSet<int> owned = [];
        for (var p = 0; p < Partitions; p++)
        {
            if ((await SendAsync(port, "HGET", $"{{agents:p{p}}}:lease", "owner")).EndsWith("/" + processId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
            {
                owned.Add(p);
            }
        }

        return owned;
    }

    /// <summary>What is left over that should have gone with the runs and the processes.</summary>
    public static async Task<List<string>> LeftAsync(int port)
    {
        List<string> left = [];
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
                if (await SendAsync(port, words) is not "0" and var count)
                {
                    left.Add($"partition {p} has {count} {what}");
                }
            }
        }

        foreach (var group in new[] { "replicas", "instances" })
        {
            // Members of those that were killed go when their time has run out.
            var count = "";
            for (var i = 0; i < 150 && (count = await SendAsync(port, "HLEN", $"{{agents:members:{group}}}:data")) != "0"; i++)
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

    private static async Task<string> SendAsync(int port, params string[] words)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var stream = client.GetStream();
        var command = new StringBuilder($"*{words.Length}\r\n");
        foreach (var word in words)
        {
            command.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(command.ToString()));
        using var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync() ?? "";
        return line is ['$', not '-', ..] ? await reader.ReadLineAsync() ?? "" : line.TrimStart(':');
    }
}
