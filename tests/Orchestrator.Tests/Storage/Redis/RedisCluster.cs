using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tests.Shared;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Redis;

/// <summary>A real Redis Cluster: three servers of the loopback, each with a third of the slots, no replicas.</summary>
public sealed class RedisCluster : IAsyncLifetime
{
    private const int Slots = 16384;

    public IReadOnlyList<RedisServer> Nodes { get; } = [.. Enumerable.Range(0, 3).Select(_ => Node())];

    public string ConnectionString => string.Join(',', Nodes.Select(n => "127.0.0.1:" + n.Port.ToString(CultureInfo.InvariantCulture))) + ",connectTimeout=2000";

    public async Task InitializeAsync()
    {
        await Task.WhenAll(Nodes.Select(n => n.StartAsync()));
        for (var i = 0; i < Nodes.Count; i++)
        {
            await OkAsync(i, "CLUSTER", "ADDSLOTSRANGE", Text(Slots * i / 3), Text((Slots * (i + 1) / 3) - 1));
            await OkAsync(i, "CLUSTER", "SET-CONFIG-EPOCH", Text(i + 1));
        }

        foreach (var other in Nodes.Skip(1))
        {
            await OkAsync(0, "CLUSTER", "MEET", "127.0.0.1", Text(other.Port), Text(BusPort(other)));
        }

        foreach (var node in Enumerable.Range(0, Nodes.Count))
        {
            await EventuallyAsync(
                async () => (await SendAsync(node, "CLUSTER", "INFO")).Text.Contains("cluster_state:ok", StringComparison.Ordinal)
                    && (await SendAsync(node, "CLUSTER", "NODES")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length == Nodes.Count,
                "the nodes meet");
        }
    }

    public async Task DisposeAsync() => await Task.WhenAll(Nodes.Select(n => n.DisposeAsync()));

    public async Task<int> SlotAsync(string key) => int.Parse((await SendAsync(0, "CLUSTER", "KEYSLOT", key)).Text, CultureInfo.InvariantCulture);

    public int OwnerOf(int slot) => Enumerable.Range(0, Nodes.Count).Last(i => slot >= Slots * i / 3);

    /// <summary>Moves a slot with all its keys, a few keys at a time, as an operator's tool does; in any order, as a seed says.</summary>
    /// <param name="between">Awaited when the slot has begun to move, and after each few keys.</param>
    /// <returns>How many keys were moved.</returns>
    public async Task<int> MoveSlotAsync(int slot, int from, int to, int seed, Func<Task> between)
    {
        var (source, target) = ((await SendAsync(from, "CLUSTER", "MYID")).Text, (await SendAsync(to, "CLUSTER", "MYID")).Text);
        await OkAsync(to, "CLUSTER", "SETSLOT", Text(slot), "IMPORTING", source);
        await OkAsync(from, "CLUSTER", "SETSLOT", Text(slot), "MIGRATING", target);
        await between();
        var moved = 0;
        var random = new Random(seed);
        while ((await SendAsync(from, "CLUSTER", "GETKEYSINSLOT", Text(slot), "1000")).Items is { Length: > 0 } keys)
        {
            random.Shuffle(keys);
            foreach (var some in keys.Chunk(3))
            {
                await OkAsync(from, ["MIGRATE", "127.0.0.1", Text(Nodes[to].Port), "", "0", "5000", "KEYS", .. some]);
                await between();
            }

            moved += keys.Length;
        }

        foreach (var node in new[] { to, from, 3 - to - from })
        {
            await OkAsync(node, "CLUSTER", "SETSLOT", Text(slot), "NODE", target);
        }

        return moved;
    }

    /// <summary>Sends a command to a node and gives its answer: text, or items where it is a list.</summary>
    public async Task<(string Text, string[] Items)> SendAsync(int node, params string[] words)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Nodes[node].Port);
        await using var stream = client.GetStream();
        var command = new StringBuilder($"*{words.Length}\r\n");
        foreach (var word in words)
        {
            command.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(command.ToString()));
        using var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync() ?? "";
        if (line[0] != '*')
        {
            return (await TextAsync(reader, line), []);
        }

        var items = new string[int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = await TextAsync(reader, await reader.ReadLineAsync() ?? "");
        }

        return ("", items);
    }

    private static async Task<string> TextAsync(StreamReader reader, string line)
    {
        if (line[0] != '$')
        {
            return line[0] == '-' ? line : line[1..];
        }

        var text = new char[int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)];
        await reader.ReadBlockAsync(text);
        await reader.ReadLineAsync();
        return new string(text);
    }

    private async Task OkAsync(int node, params string[] words)
    {
        var answer = (await SendAsync(node, words)).Text;
        answer.ShouldBeOneOf(["OK", "NOKEY"], string.Join(' ', words));
    }

    private static RedisServer Node()
    {
        var bus = FreePorts.Next();
        return new RedisServer
        {
            Settings = ["--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-node-timeout", "5000", "--cluster-port", Text(bus)],
        };
    }

    private static int BusPort(RedisServer node) => int.Parse(node.Settings[^1], CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

[CollectionDefinition(Name)]
public sealed class SharedCluster : ICollectionFixture<RedisCluster>
{
    public const string Name = "redis cluster";
}
