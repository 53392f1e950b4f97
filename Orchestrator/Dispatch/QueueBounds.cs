using Grpc.Core;
using Orchestrator.Processing;

namespace Orchestrator.Dispatch;

/// <summary>How much may wait before new work is refused.</summary>
internal static class QueueBounds
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>Refuses when a bound is reached.</summary>
    /// <exception cref="RequestRefusedException">RESOURCE_EXHAUSTED, <c>QUEUE_FULL</c>.</exception>
    public static void Check(DispatchOptions options, int waiting, string tenant, int waitingOfTenant)
    {
        if (waiting >= options.MaxWaiting)
        {
            throw Full($"{waiting} tasks wait, and Dispatch:MaxWaiting is {options.MaxWaiting}: try again later.");
        }

        if (options.MaxWaitingPerTenant > 0 && waitingOfTenant >= options.MaxWaitingPerTenant)
        {
            throw Full($"{waitingOfTenant} tasks of the tenant '{tenant}' wait, and Dispatch:MaxWaitingPerTenant is {options.MaxWaitingPerTenant}: try again later.");
        }
    }

    private static RequestRefusedException Full(string message)
    {
        ProcessingMeters.SubmissionRefused("QUEUE_FULL");
        return new(StatusCode.ResourceExhausted, "QUEUE_FULL", message) { RetryAfter = Shortest };
    }
}
