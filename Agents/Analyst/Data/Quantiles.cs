namespace Agents.Analyst.Data;

/// <summary>Quantiles and ranks of figures in memory.</summary>
internal static class Quantiles
{
    /// <summary>Between the values around the place, by a straight line (type 7: what NumPy, R and Python's "inclusive" do).</summary>
    public static double Of(double[] sorted, double share)
    {
        var place = (sorted.Length - 1) * share;
        var below = (int)Math.Floor(place);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /// <summary>Spearman's: Pearson's of the ranks; equal values share the mean of their ranks.</summary>
    public static double? Spearman(IReadOnlyList<(double X, double Y)> pairs)
    {
        var (x, y) = (Ranks([.. pairs.Select(pair => pair.X)]), Ranks([.. pairs.Select(pair => pair.Y)]));
        var both = new CoMoments();
        for (var i = 0; i < x.Length; i++)
            both.Add(x[i], y[i]);
        return both.Pearson;
    }

    private static double[] Ranks(double[] values)
    {
        var order = Enumerable.Range(0, values.Length).ToArray();
        Array.Sort((double[])values.Clone(), order);
        var ranks = new double[values.Length];
        for (int i = 0, end; i < order.Length; i = end)
        {
            for (end = i + 1; end < order.Length && values[order[end]] == values[order[i]]; end++)
            {
            }

            for (var k = i; k < end; k++)
                ranks[order[k]] = (i + end - 1) / 2.0;
        }

        return ranks;
    }
}
