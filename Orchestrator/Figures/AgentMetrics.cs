using System.Collections.Concurrent;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Figures;

/// <summary>How agents do, over all runs of a tenant that the store holds.</summary>
/// <remarks>
/// Whoever asks brings it up to date: new events of runs that go on, runs that are new, and without those that were
/// deleted. A run that has ended is read once. All of it follows from the store, so every replica says the same, also
/// one that has just taken over; and nothing is done for it while runs go on.
/// </remarks>
internal sealed class AgentMetrics(IRunStore store)
{
    private const int PageSize = 1000;
    private readonly ConcurrentDictionary<string, Book> _books = new(StringComparer.Ordinal);

    /// <summary>The figures as of now.</summary>
    /// <param name="role">Only this role; empty: all.</param>
    public async Task<GetAgentMetricsResponse> OfAsync(string tenant, string role, CancellationToken ct)
    {
        var book = _books.GetOrAdd(tenant, _ => new Book());
        await book.Gate.WaitAsync(ct);
        try
        {
            await ReadAsync(book, tenant, ct);
            return Answer(book.Runs.Values, role);
        }
        finally
        {
            book.Gate.Release();
        }
    }

    private async Task ReadAsync(Book book, string tenant, CancellationToken ct)
    {
        var gone = book.Runs.Keys.ToHashSet(StringComparer.Ordinal);
        string? cursor = null;
        do
        {
            var page = await store.ListAsync(new RunQuery(tenant, [], null, cursor, PageSize), ct);
            foreach (var run in page.Runs)
            {
                gone.Remove(run.RunId);
                if (!book.Runs.TryGetValue(run.RunId, out var figures))
                {
                    book.Runs[run.RunId] = figures = new RunFigures();
                }

                if (!figures.Ended)
                {
                    await ReadAsync(run.RunId, figures, ct);
                }
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
        foreach (var runId in gone)
        {
            book.Runs.Remove(runId);
        }
    }

    private async Task ReadAsync(string runId, RunFigures figures, CancellationToken ct)
    {
        await foreach (var stored in store.ReadAsync(runId, figures.Version, ct))
        {
            figures.Add(RunEvent.Parser.ParseFrom(stored.Data.Span));
        }
    }

    private static GetAgentMetricsResponse Answer(Dictionary<string, RunFigures>.ValueCollection runs, string role)
    {
        var byAgent = new Dictionary<(string Role, string Instance), AgentTotals>();
        var (plans, seconds, conflicts) = (0L, 0.0, 0L);
        foreach (var run in runs)
        {
            (plans, seconds, conflicts) = (plans + run.Plans.Count, seconds + run.Plans.Seconds, conflicts + run.Conflicts);
            foreach (var (agent, totals) in run.Agents)
            {
                if (!byAgent.TryGetValue(agent, out var sum))
                {
                    byAgent[agent] = sum = new AgentTotals();
                }

                sum.Add(totals);
            }
        }

        var response = new GetAgentMetricsResponse
        {
            Runs = runs.Count,
            Orchestrator = new OrchestratorFigures
            {
                TasksDelegated = byAgent.Values.Sum(totals => totals.Delegated),
                Plans = plans,
                AvgDecompositionSeconds = AgentTotals.Mean(seconds, plans),
                ConflictResolutions = conflicts,
            },
        };
        foreach (var group in byAgent.Where(agent => role.Length == 0 || agent.Key.Role == role).GroupBy(agent => agent.Key.Role, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var sum = new AgentTotals();
            foreach (var (_, totals) in group)
            {
                sum.Add(totals);
            }

            var figures = sum.ToFigures(group.Key, "");
            figures.Instances.Add(group.OrderBy(agent => agent.Key.Instance, StringComparer.Ordinal).Select(agent => agent.Value.ToFigures(group.Key, agent.Key.Instance)));
            response.Roles.Add(figures);
        }

        return response;
    }

    private sealed class Book
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public Dictionary<string, RunFigures> Runs { get; } = new(StringComparer.Ordinal);
    }
}
