using Google.Protobuf;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>
/// A state as bytes: together with the events after it, the same as the whole log. Its size follows from the tasks of the
/// run, not from the length of its log.
/// </summary>
internal static class RunSnapshot
{
    /// <summary>Bound to the layout of the message and to what the fields mean; another one is not read.</summary>
    private const int Format = 1;

    /// <summary>The state as it is now.</summary>
    /// <param name="lastHash">SHA-256 of the last event as stored.</param>
    public static byte[] Save(RunState state, ByteString lastHash)
    {
        var snapshot = state.ToSnapshot();
        snapshot.Format = Format;
        snapshot.LastHash = lastHash;
        return snapshot.ToByteArray();
    }

    /// <summary>The state after a snapshot and the events that followed it; what is open is offered anew, as after a log.</summary>
    /// <param name="tail">From the version after the snapshot's, without gaps.</param>
    /// <returns>The state, and the hash of the snapshot's last event; null when the snapshot is damaged or of another format: read the whole log.</returns>
    /// <exception cref="InvalidOperationException">An event of the tail cannot follow.</exception>
    public static (RunState State, ByteString LastHash)? Load(ReadOnlySpan<byte> snapshot, IEnumerable<RunEvent> tail)
    {
        RunStateSnapshot read;
        try
        {
            read = RunStateSnapshot.Parser.ParseFrom(snapshot);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }

        if (read.Format != Format)
        {
            return null;
        }

        var state = RunState.From(read);
        state.Replay(tail);
        return (state, read.LastHash);
    }
}
