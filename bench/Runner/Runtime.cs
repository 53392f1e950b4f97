using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;

namespace Bench.Runner;

/// <summary>What the .NET runtime of another process says about itself.</summary>
internal static class Runtime
{
    /// <summary>Bytes that a process allocates per unit of work.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="work">Does it, for some seconds, and tells how many units.</param>
    public static async Task<double> AllocatedAsync(int pid, Func<Task<int>> work)
    {
        var provider = new EventPipeProvider("System.Runtime", EventLevel.Informational, arguments: new Dictionary<string, string> { ["EventCounterIntervalSec"] = "1" });
        using var session = await new DiagnosticsClient(pid).StartEventPipeSessionAsync([provider], requestRundown: false, circularBufferMB: 16, CancellationToken.None);
        using var source = new EventPipeEventSource(session.EventStream);
        double bytes = 0;
        source.Dynamic.All += e =>
        {
            if (e.EventName == "EventCounters" && ((IDictionary<string, object>)e.PayloadValue(0))["Payload"] is IDictionary<string, object> payload && (string)payload["Name"] == "alloc-rate")
            {
                bytes += Convert.ToDouble(payload["Increment"]);
            }
        };
        var reading = Task.Run(source.Process);
        var units = await work();
        await Task.Delay(TimeSpan.FromSeconds(1.5)); // the counter of the last second
        await session.StopAsync(CancellationToken.None);
        await reading;
        return bytes / units;
    }
}
