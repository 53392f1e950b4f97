using Agents.Workspaces;

namespace Agents.Researcher.Retrieval;

/// <summary>
/// One index per workspace, content and choice of files, built once however many questions ask at a time.
/// The least recently used ones go when all together take more than the bound.
/// </summary>
internal sealed class IndexCache(TimeProvider time, long maxBytes = 512L * 1024 * 1024) : IDisposable
{
    // Questions of one run come within seconds of each other; looking at 50,000 files for each would cost more than asking.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>How many indexes were built so far.</summary>
    public int Built { get; private set; }

    public async Task<DocumentIndex> GetAsync(Workspace workspace, IReadOnlyList<string>? include, CancellationToken cancellationToken)
    {
        var key = workspace.Root + "\n" + string.Join('\n', include ?? []);
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (_entries.TryGetValue(key, out var entry) && time.GetElapsedTime(entry.CheckedAt) < Fresh)
                return Touch(entry);

            var options = new WalkOptions { Include = include };
            var files = await Task.Run(() => workspace.Files(options, null, cancellationToken).Where(IndexBuilder.IsRead).ToList(), cancellationToken);
            var stamp = Stamp(files);
            if (entry is null || entry.Stamp != stamp)
            {
                var index = await Task.Run(() => IndexBuilder.Build(workspace, files, cancellationToken), cancellationToken);
                Built++;
                _entries[key] = entry = new Entry(stamp, index);
            }

            entry.CheckedAt = time.GetTimestamp();
            Touch(entry);
            Evict(entry);
            return entry.Index;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Makes the next question look at the files again: somebody found one changed.</summary>
    public async Task ForgetAsync(DocumentIndex index, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            foreach (var key in _entries.Where(pair => pair.Value.Index == index).Select(pair => pair.Key).ToList())
                _entries.Remove(key);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private DocumentIndex Touch(Entry entry)
    {
        entry.UsedAt = time.GetTimestamp();
        return entry.Index;
    }

    private void Evict(Entry keep)
    {
        while (_entries.Count > 1 && _entries.Values.Sum(entry => entry.Index.Bytes) > maxBytes)
        {
            var oldest = _entries.Where(pair => pair.Value != keep).MinBy(pair => pair.Value.UsedAt);
            _entries.Remove(oldest.Key);
        }
    }

    private static int Stamp(List<WorkspaceFile> files)
    {
        var stamp = new HashCode();
        foreach (var file in files)
        {
            stamp.Add(file.Path);
            stamp.Add(file.Bytes);
            stamp.Add(file.ModifiedTicks);
        }

        return stamp.ToHashCode();
    }

    private sealed class Entry(int stamp, DocumentIndex index)
    {
        public int Stamp { get; } = stamp;

        public DocumentIndex Index { get; } = index;

        public long CheckedAt { get; set; }

        public long UsedAt { get; set; }
    }
}
