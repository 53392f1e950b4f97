using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Access;

/// <summary>
/// All keys, in memory: finding one touches no store. What is configured is here from the start; what is stored comes with
/// the events of the keys' log, which <see cref="KeyFollower"/> reads.
/// </summary>
internal sealed class KeyBook(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, HeldKey> _stored = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HeldKey> _configured = new(StringComparer.Ordinal);

    private volatile bool _isCurrent;

    /// <summary>Whether the stored keys are here as they are: false until they were read once, and while the store has not answered for too long.</summary>
    public bool IsCurrent
    {
        get => _isCurrent;
        set => _isCurrent = value;
    }

    /// <summary>Those that stand in the configuration, in no order.</summary>
    public IEnumerable<HeldKey> Configured => _configured.Values;

    /// <summary>Stored keys, in no order.</summary>
    public IEnumerable<HeldKey> Stored => _stored.Values;

    /// <summary>The key of an id; one that is configured goes first.</summary>
    public HeldKey? Find(string id) => _configured.GetValueOrDefault(id) ?? _stored.GetValueOrDefault(id);

    /// <summary>Adds one that stands in the configuration.</summary>
    public void Configure(KeyRecord record) => _configured[record.Id] = new HeldKey(record);

    /// <summary>Takes in an event of the log.</summary>
    public void Apply(KeyEvent e)
    {
        switch (e.BodyCase)
        {
            case KeyEvent.BodyOneofCase.Created:
                var key = new HeldKey(e.Created);
                _stored[e.Created.Id] = key;
                EndIfOver(key);
                break;
            case KeyEvent.BodyOneofCase.Revoked when _stored.TryGetValue(e.Revoked.Id, out var revoked):
                Change(revoked, record => (record.RevokedAt, record.RevokedBy) = (record.RevokedAt ?? e.Revoked.At, record.RevokedBy.Length > 0 ? record.RevokedBy : e.Revoked.By));
                revoked.End();
                break;
            case KeyEvent.BodyOneofCase.Used when _stored.TryGetValue(e.Used.Id, out var used):
                Change(used, record => record.LastUsedAt = e.Used.At);
                break;
        }
    }

    /// <summary>Ends what has expired since.</summary>
    public void EndExpired()
    {
        foreach (var key in _stored.Values)
            EndIfOver(key);
    }

    /// <summary>Ends and forgets everything that is stored: the log is not the one that it was.</summary>
    public void Clear()
    {
        foreach (var key in _stored.Values)
            key.End();
        _stored.Clear();
    }

    /// <summary>Keys whose last use the log does not know to the hour.</summary>
    public IEnumerable<KeyUsed> Unwritten(TimeSpan precision) =>
        from key in _stored.Values
        let used = key.UsedAt
        where used is not null && key.Record.RevokedAt is null && (key.Record.LastUsedAt is null || used - key.Record.LastUsedAt.ToDateTimeOffset() > precision)
        select new KeyUsed { Id = key.Id, At = Timestamp.FromDateTimeOffset(used.Value) };

    private void EndIfOver(HeldKey key)
    {
        if (!key.Ended.IsCancellationRequested && key.WhyNot(time.GetUtcNow()) is not null)
            key.End();
    }

    // Whoever reads a record meanwhile has the old one, whole.
    private static void Change(HeldKey key, Action<KeyRecord> change)
    {
        var record = key.Record.Clone();
        change(record);
        key.Update(record);
    }
}
