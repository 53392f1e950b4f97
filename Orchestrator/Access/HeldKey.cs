using System.Security.Claims;
using System.Security.Cryptography;
using Protos.V1;

namespace Orchestrator.Access;

/// <summary>A key as a replica holds it in memory.</summary>
internal sealed class HeldKey : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly byte[] _hash;
    private long _usedAt;

    public HeldKey(KeyRecord record)
    {
        Record = record;
        Roles = [.. record.Roles];
        _hash = record.SecretHash.ToByteArray();
        ExpiresAt = record.ExpiresAt?.ToDateTimeOffset();
        Ended = _ended.Token;
        Caller = CallerIdentity.Of(this);
    }

    /// <summary>As it is kept.</summary>
    public KeyRecord Record { get; private set; }

    public string Id => Record.Id;

    public string Name => Record.Name;

    public string Tenant => Record.Tenant;

    public IReadOnlyList<string> Roles { get; }

    /// <summary>Whoever shows it.</summary>
    public ClaimsPrincipal Caller { get; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>When it was revoked or has expired: what it still has open must end.</summary>
    public CancellationToken Ended { get; }

    /// <summary>When it was last shown here; null: not since the start.</summary>
    public DateTimeOffset? UsedAt => Volatile.Read(ref _usedAt) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Whether this is the secret; takes as long whatever it is.</summary>
    public bool Fits(byte[] hash) => CryptographicOperations.FixedTimeEquals(_hash, hash);

    /// <summary>It was shown.</summary>
    public void Used(DateTimeOffset now) => Volatile.Write(ref _usedAt, now.UtcTicks);

    /// <summary>Its record has changed; who it is stays.</summary>
    public void Update(KeyRecord record) => Record = record;

    /// <summary>It no longer counts.</summary>
    public void End() => _ended.Cancel();

    /// <summary>Why it does not count at a moment; null: it does.</summary>
    public string? WhyNot(DateTimeOffset now)
    {
        if (Record.RevokedAt is { } revoked)
            return $"was revoked at {revoked.ToDateTimeOffset():u}";
        return ExpiresAt <= now ? $"expired at {ExpiresAt:u}" : null;
    }

    public void Dispose() => _ended.Dispose();
}
