using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orchestrator.Runs;
using Protos.V1;
using ServiceDefaults;

namespace Orchestrator.Processing;

/// <summary>What happens to runs, partitions and commands, as metrics: counted where it happens, and only while somebody listens.</summary>
internal static class ProcessingMeters
{
    private const int MostRoles = 100;
    private static readonly Meter Meter = new("Orchestrator.Processing");
    private static readonly Counter<long> Changes = Meter.CreateCounter<long>("agents.partitions.changes", "{change}", "Partitions that this replica acquired, gave back or lost.");
    private static readonly Counter<long> Given = Meter.CreateCounter<long>("agents.tasks.given_up", "{task}", "Tasks that failed for good: no attempt and no fallback is left.");
    private static readonly Counter<long> Broken = Meter.CreateCounter<long>("agents.inbox.broken", "{command}", "Commands from other replicas that could not be carried out or read, each time that it was tried.");
    private static readonly Histogram<double> Sent = GenAi.Duration(Meter, "agents.inbox.duration", "Time from handing a command to another replica until its answer.");
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("agents.submissions.refused", "{run}", "Runs that were refused because too much waits.");

    /// <summary>Roles that are attributes here and in <see cref="Dispatch.DispatchMeters"/>; those beyond count as one.</summary>
    public static readonly BoundedNames Roles = new(MostRoles);

    public static void PartitionAcquired() => Changes.Add(1, new KeyValuePair<string, object?>("change", "acquired"));

    public static void PartitionGivenBack() => Changes.Add(1, new KeyValuePair<string, object?>("change", "given_back"));

    public static void PartitionLost() => Changes.Add(1, new KeyValuePair<string, object?>("change", "lost"));

    public static void CommandBroke() => Broken.Add(1);

    public static void SubmissionRefused(string reason) => Refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>When a command goes out; 0: nobody listens.</summary>
    public static long CommandGoesOut() => Sent.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>A command was answered, or nobody answered in time.</summary>
    public static void CommandAnswered(long wentOut, bool inTime)
    {
        if (wentOut > 0)
        {
            var tags = default(TagList);
            if (!inTime)
            {
                tags.Add(GenAi.ErrorType, "timeout");
            }

            Sent.Record(Stopwatch.GetElapsedTime(wentOut).TotalSeconds, tags);
        }
    }

    /// <summary>Counts in what was stored.</summary>
    public static void Stored(List<RunEvent> events, RunState state)
    {
        if (!Given.Enabled)
        {
            return;
        }

        foreach (var e in events)
        {
            if (e.TaskFailed is { } failed)
            {
                Given.Add(
                    1,
                    new KeyValuePair<string, object?>("role", Roles.Of(state.Find(failed.TaskId)?.Role ?? "")),
                    new KeyValuePair<string, object?>(GenAi.ErrorType, GenAi.Codes.Of(failed.Failure?.Code ?? "")));
            }
        }
    }
}
