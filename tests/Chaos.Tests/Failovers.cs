using System.Globalization;

namespace Chaos.Tests;

/// <summary>How long runs of a killed replica stood still: from the kill to the next event of each run that it had in hand.</summary>
internal sealed class Failovers(bool embedded)
{
    private static readonly TimeSpan Recently = TimeSpan.FromSeconds(2);
    private readonly List<(DateTimeOffset At, HashSet<int>? Partitions)> _kills = [];

    public Deployment Deployment { get; set; } = null!;

    /// <summary>Called right before a replica is killed.</summary>
    public async Task BeforeAsync(int processId)
    {
        // While Redis itself is down nobody can say whose the runs are, nor can anybody go on.
        try
        {
            var partitions = embedded ? null : await RedisLook.OwnedByAsync(Deployment, processId).WaitAsync(TimeSpan.FromSeconds(1));
            _kills.Add((TimeProvider.System.GetUtcNow(), partitions));
        }
        catch (Exception e) when (e is TimeoutException or IOException or System.Net.Sockets.SocketException)
        {
            // Not measured.
        }
    }

    /// <summary>For each kill and each run that was at work then, the time to its next event, shortest first.</summary>
    public List<TimeSpan> Measure(IEnumerable<ClientRun> runs)
    {
        List<TimeSpan> times = [];
        foreach (var run in runs.Where(r => r.Seen.Count > 0))
        {
            var partition = Partition(run.RunId);
            foreach (var (at, partitions) in _kills)
            {
                var next = run.Seen.FindIndex(e => e.Time.ToDateTimeOffset() > at);
                if (next > 0 && partitions?.Contains(partition) != false && at - run.Seen[next - 1].Time.ToDateTimeOffset() < Recently)
                {
                    times.Add(run.Seen[next].Time.ToDateTimeOffset() - at);
                }
            }
        }

        times.Sort();
        return times;
    }

    /// <param name="sorted">Shortest first.</param>
    public static TimeSpan? Percentile(IReadOnlyList<TimeSpan> sorted, double share) =>
        sorted.Count == 0 ? null : sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];

    public static string Show(IReadOnlyList<TimeSpan> sorted) => string.Create(
        CultureInfo.InvariantCulture,
        $"failover p50 {Percentile(sorted, 0.5)?.TotalSeconds:0.0} s, p95 {Percentile(sorted, 0.95)?.TotalSeconds:0.0} s of {sorted.Count}");

    private static int Partition(string runId) => Orchestrator.Storage.Partitions.Of(runId, RedisLook.Partitions);
}
