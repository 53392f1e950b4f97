namespace Bench.Measure;

/// <summary>The few that are needed.</summary>
public static class Statistics
{
    /// <summary>A quantile, linear between neighbours.</summary>
    /// <param name="sorted">Ascending.</param>
    /// <param name="share">0 to 1.</param>
    /// <returns>Not a number when there is nothing.</returns>
    public static double Quantile(IReadOnlyList<double> sorted, double share)
    {
        if (sorted.Count == 0)
        {
            return double.NaN;
        }

        var at = share * (sorted.Count - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>The median.</summary>
    /// <param name="values">In any order.</param>
    /// <returns>Not a number when there is nothing.</returns>
    public static double Median(IEnumerable<double> values) => Quantile([.. values.Order()], 0.5);
}
