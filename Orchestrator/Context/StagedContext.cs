using System.Collections.Concurrent;
using Orchestrator.Storage;

namespace Orchestrator.Context;

/// <summary>Context writes of attempts that have not ended. They are stored with the attempt's result, or never.</summary>
internal sealed class StagedContext
{
    /// <summary>Entries that one attempt may write.</summary>
    public const int MaxEntries = 1000;

    private readonly ConcurrentDictionary<(string RunId, string TaskId, int Attempt), Dictionary<string, ContextWrite>> _staged = new();

    /// <summary>Stages a write; a later one to the same key takes its place but keeps what the first expected.</summary>
    /// <returns>False when the attempt has staged its share.</returns>
    public bool Put(string runId, string taskId, int attempt, ContextWrite write)
    {
        var entries = _staged.GetOrAdd((runId, taskId, attempt), _ => new Dictionary<string, ContextWrite>(StringComparer.Ordinal));
        lock (entries)
        {
            var key = $"{write.Scope}/{write.Key}";
            if (entries.TryGetValue(key, out var first))
            {
                write = write with { ExpectedVersion = first.ExpectedVersion };
            }
            else if (entries.Count >= MaxEntries)
            {
                return false;
            }

            entries[key] = write;
            return true;
        }
    }

    /// <summary>What an attempt itself has written so far; null: not this key.</summary>
    public ContextWrite? Find(string runId, string taskId, int attempt, string scope, string key)
    {
        if (!_staged.TryGetValue((runId, taskId, attempt), out var entries))
        {
            return null;
        }

        lock (entries)
        {
            return entries.GetValueOrDefault($"{scope}/{key}");
        }
    }

    /// <summary>All that an attempt has written.</summary>
    public IReadOnlyList<ContextWrite> Of(string runId, string taskId, int attempt)
    {
        if (!_staged.TryGetValue((runId, taskId, attempt), out var entries))
        {
            return [];
        }

        lock (entries)
        {
            return [.. entries.Values];
        }
    }

    /// <summary>The attempt has ended.</summary>
    public void Forget(string runId, string taskId, int attempt) => _staged.TryRemove((runId, taskId, attempt), out _);
}
