using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage;
using Orchestrator.Storage.Redis;

namespace Orchestrator.Tests.Storage.Redis;

public sealed class RedisHarness(string connection) : StoreHarness
{
    private readonly List<IRunStore> _open = [];

    public RedisHarness(RedisServer server)
        : this(server.ConnectionString)
    {
    }

    public override bool Shared => true;

    /// <summary>Data of its own on the shared server.</summary>
    public string Prefix { get; } = "t" + Guid.NewGuid().ToString("N")[..8];

    public override async Task<IRunStore> OpenAsync(int partitions = PartitionCount)
    {
        var store = Create(connection, Prefix, partitions);
        _open.Add(store);
        await store.OpenAsync(default);
        return store;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var store in _open)
        {
            await store.DisposeAsync();
        }
    }

    internal static RedisRunStore Create(
        RedisServer server, string prefix, int partitions = PartitionCount, TimeSpan? deadline = null, ILogger<RedisRunStore>? logger = null,
        int? port = null, TimeSpan? silence = null) =>
        Create(RedisServer.ConnectTo(port ?? server.Port), prefix, partitions, deadline, logger, silence);

    internal static RedisRunStore Create(
        string connection, string prefix, int partitions = PartitionCount, TimeSpan? deadline = null, ILogger<RedisRunStore>? logger = null,
        TimeSpan? silence = null) => new(
        new RedisStoreOptions
        {
            ConnectionString = connection,
            Prefix = prefix,
            Partitions = partitions,
            Deadline = deadline ?? TimeSpan.FromSeconds(10),
            Silence = silence ?? TimeSpan.FromSeconds(15),
        },
        TimeProvider.System,
        logger ?? NullLogger<RedisRunStore>.Instance);
}
