namespace Orchestrator.Storage.Embedded;

/// <summary>The files that one read needs, kept open until it is done although a compaction may replace them.</summary>
internal sealed class PinnedSegments(StoreState state) : IDisposable
{
    private readonly List<Segment> _segments = new(2);

    /// <summary>Under the state's gate, in the same breath as looking up the position.</summary>
    public void Pin(BlobPosition position)
    {
        if (!position.IsNone && Find(position) is null)
        {
            var segment = state.Segments[position.Segment];
            segment.AddUser();
            _segments.Add(segment);
        }
    }

    public byte[] Read(BlobPosition position) => position.IsNone ? [] : Find(position)!.ReadBlob(position.Offset);

    public void Dispose() => _segments.ForEach(s => s.RemoveUser());

    private Segment? Find(BlobPosition position)
    {
        foreach (var segment in _segments)
        {
            if (segment.Id == position.Segment)
            {
                return segment;
            }
        }

        return null;
    }
}
