using Transport;

namespace Orchestrator.Storage.Redis;

/// <summary>How the Redis store is set up.</summary>
internal sealed class RedisStoreOptions
{
    /// <summary>A StackExchange.Redis connection string.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>In place of one in the connection string. Null: none.</summary>
    public string? Password { get; init; }

    /// <summary>For connections with TLS. Null: the authorities of the system, and no certificate of ours.</summary>
    public TransportCredentials? Credentials { get; init; }

    /// <summary>What every key begins with, so that deployments can share a server.</summary>
    public string Prefix { get; init; } = "agents";

    public int Partitions { get; init; } = 16;

    /// <summary>How long a call may take, repetitions included, before it is given up.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may be silent before it is replaced by a new one.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(15);
}
