using System.Security.Cryptography;
using Google.Protobuf;
using Protos.V1;

namespace Orchestrator.Audit;

/// <summary>
/// Holds a log against its hashes and its signed heads. The hashes tell alteration, deletion and reordering within the
/// log; the heads, whose key the store does not have, tell a cut tail, an altered last event and a log written anew.
/// </summary>
internal sealed class AuditVerifier(string runId, IReadOnlyList<AuditHead> heads, byte[] key)
{
    private const int MaxProblems = 20;
    private readonly ILookup<long, AuditHead> _signed = heads.Where(head => head.IsSignedBy(key)).ToLookup(head => head.Version);
    private readonly List<string> _problems = [.. heads.Where(head => !head.IsSignedBy(key)).Select(head => $"FORGED_HEAD: the head of version {head.Version} has a wrong signature.")];
    private byte[] _hash = [];
    private long _events;

    /// <summary>The next event, as stored.</summary>
    public void Take(ReadOnlySpan<byte> data)
    {
        _events++;
        try
        {
            var e = RunEvent.Parser.ParseFrom(data);
            if (e.RunId != runId)
            {
                Problem($"ALTERED: event {_events} says that it is of run '{e.RunId}'.");
            }

            if (e.Version != _events)
            {
                Problem($"OUT_OF_ORDER: event {_events} says that it is event {e.Version}: events were deleted, added or moved.");
            }

            if (!e.PrevHash.Span.SequenceEqual(_hash))
            {
                Problem($"BROKEN_CHAIN: event {_events} does not follow from the one before: that one was altered, or others stood between.");
            }
        }
        catch (InvalidProtocolBufferException)
        {
            Problem($"ALTERED: event {_events} cannot be read.");
        }

        _hash = SHA256.HashData(data);
        var hex = Convert.ToHexStringLower(_hash);
        foreach (var head in _signed[_events])
        {
            if (head.Hash != hex)
            {
                Problem($"NOT_THE_SIGNED_LOG: event {_events} is not the one that was signed at {head.Time:O}: the log was altered or written anew.");
            }
        }
    }

    /// <summary>After the last event.</summary>
    public AuditReport Report()
    {
        var last = _signed.SelectMany(group => group).MaxBy(head => head.Version);
        if (last is null)
        {
            Problem("NO_HEAD: no signed head of this run is known here.");
        }
        else if (last.Version > _events)
        {
            Problem($"CUT: the log has {_events} events, and the head signed at {last.Time:O} has {last.Version}.");
        }
        else if (last.Ended && last.Version < _events)
        {
            Problem($"ADDED: the run had ended with event {last.Version}, and {_events - last.Version} more follow.");
        }

        return new AuditReport
        {
            RunId = runId,
            Ok = _problems.Count == 0,
            Events = _events,
            SignedVersion = last?.Version ?? 0,
            SignedAt = last is null ? null : Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(last.Time),
            LastHash = Convert.ToHexStringLower(_hash),
            Problems = { _problems },
        };
    }

    private void Problem(string problem)
    {
        if (_problems.Count < MaxProblems)
        {
            _problems.Add(problem);
        }
    }
}
