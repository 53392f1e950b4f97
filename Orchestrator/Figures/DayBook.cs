using System.Collections.Concurrent;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Figures;

/// <summary>
/// The runs of a tenant that count today (UTC): those that began or ended today, and those that have not ended. Whoever asks brings
/// it up to date: runs that are new, and those that had not ended; a run that has ended is read once.
/// </summary>
internal sealed class DayBook(IRunStore store, TimeProvider time)
{
    private const int PageSize = 200;

    // Clocks of replicas differ a little, and a run is listed a moment after it was made.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Book> _books = new(StringComparer.Ordinal);

    /// <summary>The runs as of now, newest first.</summary>
    public async Task<IReadOnlyList<RunSummary>> OfAsync(string tenant, CancellationToken ct)
    {
        var book = _books.GetOrAdd(tenant, _ => new Book());
        await book.Gate.WaitAsync(ct);
        try
        {
            var today = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
            await RefreshAsync(book, ct);
            await AddNewAsync(book, tenant, today, ct);
            foreach (var (runId, entry) in book.Runs.Where(run => !run.Value.Open && run.Value.CreatedAt < today && run.Value.UpdatedAt < today).ToList())
            {
                book.Runs.Remove(runId);
            }

            return [.. book.Runs.Values.OrderByDescending(entry => entry.CreatedAt).ThenBy(entry => entry.RunId, StringComparer.Ordinal).Select(entry => RunSummary.Parser.ParseFrom(entry.Summary.Span))];
        }
        finally
        {
            book.Gate.Release();
        }
    }

    private async Task RefreshAsync(Book book, CancellationToken ct)
    {
        foreach (var open in book.Runs.Values.Where(run => run.Open).ToList())
        {
            if (await store.GetIndexAsync(open.RunId, ct) is { } entry)
            {
                book.Runs[open.RunId] = entry;
            }
            else
            {
                book.Runs.Remove(open.RunId);
            }
        }
    }

    private async Task AddNewAsync(Book book, string tenant, DateTimeOffset today, CancellationToken ct)
    {
        // The first time also those that began before today and go on.
        var until = book.Newest is { } newest ? newest - Overlap : DateTimeOffset.MinValue;
        string? cursor = null;
        do
        {
            var page = await store.ListAsync(new RunQuery(tenant, [], null, cursor, PageSize), ct);
            foreach (var run in page.Runs.Where(run => run.CreatedAt >= until))
            {
                book.Newest = book.Newest is { } seen && seen > run.CreatedAt ? seen : run.CreatedAt;
                if (run.Open || run.CreatedAt >= today || run.UpdatedAt >= today)
                {
                    book.Runs[run.RunId] = run;
                }
            }

            cursor = page.Runs.Count > 0 && page.Runs[^1].CreatedAt < until ? null : page.NextCursor;
        }
        while (cursor is not null);
    }

    private sealed class Book
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public Dictionary<string, RunIndexEntry> Runs { get; } = new(StringComparer.Ordinal);

        public DateTimeOffset? Newest { get; set; }
    }
}
