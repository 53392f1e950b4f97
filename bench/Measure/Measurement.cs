namespace Bench.Measure;

/// <summary>What a phase gave.</summary>
/// <param name="Flows">Flows that were begun and ended in it.</param>
/// <param name="Seconds">From its begin to the end of its last flow.</param>
/// <param name="P50Ms">Median of a flow's time, milliseconds.</param>
/// <param name="P99Ms">99th percentile of a flow's time, milliseconds.</param>
public sealed record Measurement(int Flows, double Seconds, double P50Ms, double P99Ms)
{
    /// <summary>Flows a second.</summary>
    public double FlowsPerSecond => Flows / Seconds;

    /// <summary>Makes one of the times of the single flows.</summary>
    /// <param name="milliseconds">In any order; sorted in place.</param>
    /// <param name="seconds">The time of the phase.</param>
    /// <returns>The measurement.</returns>
    public static Measurement Of(List<double> milliseconds, double seconds)
    {
        milliseconds.Sort();
        return new Measurement(milliseconds.Count, seconds, Statistics.Quantile(milliseconds, 0.5), Statistics.Quantile(milliseconds, 0.99));
    }
}
