namespace Aspire.Hosting.Dashboard.Telemetry;

/// <summary>A span in its place: below its parent, in the order of time, with where it begins and how long it is in thousandths of the whole.</summary>
internal sealed record WaterfallRow(SpanRecord Span, int Depth, double Offset, double Width)
{
    private const int MaxDepth = 64;

    /// <summary>Lays a trace out. A span whose parent is not there begins at the left; one that is its own ancestor does too.</summary>
    public static IReadOnlyList<WaterfallRow> Of(IReadOnlyList<SpanRecord> spans)
    {
        if (spans.Count == 0)
            return [];

        var start = spans.Min(span => span.Start);
        var whole = Math.Max(1, (spans.Max(span => span.Start + span.Duration) - start).Ticks);
        var ids = spans.Select(span => span.Id).ToHashSet(StringComparer.Ordinal);
        var children = spans.ToLookup(span => ids.Contains(span.ParentId) ? span.ParentId : "");
        var rows = new List<WaterfallRow>(spans.Count);
        var placed = new HashSet<SpanRecord>(ReferenceEqualityComparer.Instance);
        Place("", 0);
        foreach (var span in spans.Where(span => !placed.Contains(span)).OrderBy(span => span.Start))
            Add(span, 0);
        return rows;

        void Place(string parent, int depth)
        {
            foreach (var span in children[parent].OrderBy(span => span.Start))
                Add(span, depth);
        }

        void Add(SpanRecord span, int depth)
        {
            if (!placed.Add(span))
                return;
            rows.Add(new WaterfallRow(span, depth, 1000d * (span.Start - start).Ticks / whole, Math.Max(2, 1000d * span.Duration.Ticks / whole)));
            if (depth < MaxDepth)
                Place(span.Id, depth + 1);
        }
    }
}
