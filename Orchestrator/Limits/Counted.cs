namespace Orchestrator.Limits;

/// <summary>One of a bounded number of things that are open at a time for each key.</summary>
/// <typeparam name="TKey">Whose they are.</typeparam>
internal sealed class Counted<TKey>(Lock gate, Dictionary<TKey, int> open, TKey key) : IDisposable
    where TKey : notnull
{
    private bool _closed;

    public void Dispose()
    {
        lock (gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            if (--open[key] == 0)
            {
                // Only who has something open takes memory.
                open.Remove(key);
            }
        }
    }
}

/// <summary>Opens what <see cref="Counted{TKey}"/> counts.</summary>
internal static class Counted
{
    /// <summary>One more; null when there are as many as may be.</summary>
    public static Counted<TKey>? Take<TKey>(Lock gate, Dictionary<TKey, int> open, TKey key, int most)
        where TKey : notnull
    {
        lock (gate)
        {
            var count = open.GetValueOrDefault(key);
            if (count >= most)
            {
                return null;
            }

            open[key] = count + 1;
            return new Counted<TKey>(gate, open, key);
        }
    }
}
