using System.Diagnostics.CodeAnalysis;

namespace Agents.Hosting.Joining;

/// <summary>How long to wait before joining again: doubling from 0.1 s to 5 s, half of it by chance, so that many instances do not come at once.</summary>
internal sealed class RejoinDelay
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private TimeSpan _next = First;

    /// <summary>After a refusal: the contract has to change, on one side or the other.</summary>
    public static TimeSpan AfterRefusal { get; } = TimeSpan.FromSeconds(30);

    [SuppressMessage("Security", "CA5394", Justification = "Jitter needs no secrecy.")]
    public TimeSpan Next()
    {
        var delay = _next * (0.5 + (Random.Shared.NextDouble() / 2));
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return delay;
    }

    public void Reset() => _next = First;
}
