using StackExchange.Redis;

namespace Orchestrator.Storage.Redis;

/// <summary>What the error replies of a Redis server mean for us.</summary>
internal static class RedisErrors
{
    // Replies that go away by themselves: the server loads its data, is a replica in a failover, has no room until
    // someone makes some, or a slot of the cluster is on the move: the last one then comes out of scripts that touch keys
    // which they find on their way (deleting, listing). Everything else says that the call itself is wrong.
    private static readonly string[] Passing =
        ["LOADING", "BUSY", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "MOVED", "ASK", "OOM", "MISCONF", "NOREPLICAS", "NOSCRIPT", "UNBLOCKED", "non local key"];

    private static readonly string[] Access = ["NOAUTH", "WRONGPASS", "NOPERM"];

    public static bool IsUnknownScript(RedisServerException e) => e.Message.Contains("NOSCRIPT", StringComparison.Ordinal);

    public static bool IsFixedIndex(Exception e) => e.Message.Contains("INDEXFIXED", StringComparison.Ordinal);

    // Newer clients put words around a server's text, so the code is looked for anywhere.
    public static bool IsFinal(RedisServerException e) => !Array.Exists(Passing, code => e.Message.Contains(code, StringComparison.Ordinal));

    public static Exception Final(RedisServerException e, string name) =>
        Array.Exists(Access, code => e.Message.Contains(code, StringComparison.Ordinal))
            ? new StoreConfigurationException($"Redis refuses '{name}': {e.Message}. Check the password (Store:PasswordFile, Store:Password or ConnectionStrings:redis) and its rights.", e)
            : new InvalidOperationException($"Redis refuses '{name}': {e.Message}", e);
}
