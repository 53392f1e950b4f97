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
        double bytes = 0;
        var units = 0;
        await CountAsync(pid, "alloc-rate", "Increment", value => bytes += value, async () => units = await work());
        return bytes / units;
    }

    /// <summary>Bytes in use on a process's heap after full collections.</summary>
    public static async Task<double> LiveBytesAsync(int pid)
    {
        // Twice: what has a finalizer goes with the second.
        await CollectAsync(pid);
        await CollectAsync(pid);
        List<double> megabytes = [];
        await CountAsync(pid, "gc-heap-size", "Mean", megabytes.Add, () => Task.Delay(TimeSpan.FromSeconds(1)));
        return megabytes.Min() * 1e6;
    }

    private static async Task CountAsync(int pid, string counter, string field, Action<double> take, Func<Task> work)
    {
        var provider = new EventPipeProvider("System.Runtime", EventLevel.Informational, arguments: new Dictionary<string, string> { ["EventCounterIntervalSec"] = "1" });
        using var session = await new DiagnosticsClient(pid).StartEventPipeSessionAsync([provider], requestRundown: false, circularBufferMB: 16, CancellationToken.None);
        using var source = new EventPipeEventSource(session.EventStream);
        source.Dynamic.All += e =>
        {
            if (e.EventName == "EventCounters" && ((IDictionary<string, object>)e.PayloadValue(0))["Payload"] is IDictionary<string, object> payload && (string)payload["Name"] == counter)
            {
                take(Convert.ToDouble(payload[field]));
            }
        };
        var reading = Task.Run(source.Process);
        await work();
        await Task.Delay(TimeSpan.FromSeconds(1.5)); // the counter of the last second
        await session.StopAsync(CancellationToken.None);
        await reading;
    }

    // A session that asks for the heap's state makes the runtime collect everything first.
    private static async Task CollectAsync(int pid)
    {
        const long Gc = 0x1, HeapCollect = 0x800000;
        var provider = new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, Gc | HeapCollect);
        using var session = await new DiagnosticsClient(pid).StartEventPipeSessionAsync([provider], requestRundown: false, circularBufferMB: 16, CancellationToken.None);
        using var source = new EventPipeEventSource(session.EventStream);
        var collected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.Clr.GCHeapStats += _ => collected.TrySetResult();
        var reading = Task.Run(source.Process);
        await collected.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await session.StopAsync(CancellationToken.None);
        await reading;
    }
}
