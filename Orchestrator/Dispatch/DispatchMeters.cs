using System.Diagnostics.Metrics;
using Orchestrator.Processing;
using ServiceDefaults;

namespace Orchestrator.Dispatch;

/// <summary>What dispatch meets with, as metrics.</summary>
internal static class DispatchMeters
{
    private static readonly Meter Meter = new("Orchestrator.Dispatch");
    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>("agents.dispatch.refused", "{attempt}", "Attempts that an instance did not take: it was full, or would not.");
    private static readonly Counter<long> LeftOut = Meter.CreateCounter<long>("agents.instances.left_out", "{instance}", "Instances that were put into quarantine.");

    public static void Refused(string role, string code) => Refusals.Add(
        1, new KeyValuePair<string, object?>("role", ProcessingMeters.Roles.Of(role)), new KeyValuePair<string, object?>(GenAi.ErrorType, code));

    public static void Quarantined(string role) => LeftOut.Add(1, new KeyValuePair<string, object?>("role", ProcessingMeters.Roles.Of(role)));
}
