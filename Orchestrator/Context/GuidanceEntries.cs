using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Context;

/// <summary>What people tell a run, as entries of its shared memory.</summary>
internal static class GuidanceEntries
{
    /// <summary>Adds the entries that events make; they are stored with the events.</summary>
    /// <returns>The same list.</returns>
    public static List<ContextWrite> AddTo(List<ContextWrite> writes, List<RunEvent> events)
    {
        foreach (var e in events)
        {
            if (e.GuidanceGiven is { } given)
            {
                var entry = new ContextEntry
                {
                    Scope = ContextScope.Run,
                    Key = given.Key,
                    Version = 1,
                    Value = Value.ForString(given.Text),
                    RunId = e.RunId,
                    WrittenAt = e.Time,
                };
                writes.Add(new ContextWrite(StagedContext.RunScope, given.Key, null, entry.ToByteArray()));
            }
        }

        return writes;
    }
}
