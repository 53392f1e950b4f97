using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Api.Hub;

/// <summary>What a tenant's runs and decisions look like now: the store tells of changes in one run, not of changes in any.</summary>
internal sealed class TenantLooks(IRunEngine engine, IOptions<LiveOptions> options, TimeProvider time)
{
    /// <summary>Of the runs that go on, and of the newest, so many are looked at.</summary>
    public const int MaxRuns = 1000;

    private static readonly State[] s_open = [State.Pending, State.Planning, State.InProgress, State.Paused, State.Waiting, State.Review, State.Revision];
    private readonly ConcurrentDictionary<string, Sampled<IReadOnlyDictionary<string, RunSummary>>> _runs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Sampled<ListApprovalsResponse>> _approvals = new(StringComparer.Ordinal);

    private TimeSpan Interval => TimeSpan.FromSeconds(options.Value.LookSeconds);

    /// <summary>The newest runs of a tenant and those that go on, by id.</summary>
    public Sampled<IReadOnlyDictionary<string, RunSummary>> Runs(Principal principal) =>
        _runs.GetOrAdd(principal.Tenant, _ => new(async (before, ct) =>
        {
            var now = new Dictionary<string, RunSummary>(StringComparer.Ordinal);
            await AddAsync(now, new ListRunsRequest { PageSize = RequestLimits.MaxPageSize }, RequestLimits.MaxPageSize, principal, ct);
            await AddAsync(now, new ListRunsRequest { PageSize = RequestLimits.MaxPageSize, Statuses = { s_open } }, MaxRuns, principal, ct);
            return before?.Count == now.Count && now.Values.All(run => run.Equals(before.GetValueOrDefault(run.RunId))) ? before : now;
        }, Interval, time));

    /// <summary>The decisions that are waited for, oldest first.</summary>
    public Sampled<ListApprovalsResponse> Approvals(Principal principal) =>
        _approvals.GetOrAdd(principal.Tenant, _ => new(async (before, ct) =>
        {
            var now = await engine.ListApprovalsAsync(new ListApprovalsRequest(), principal, ct);
            return now.Equals(before) ? before : now;
        }, Interval, time));

    private async Task AddAsync(Dictionary<string, RunSummary> to, ListRunsRequest request, int most, Principal principal, CancellationToken ct)
    {
        for (var count = 0; count < most; count += request.PageSize)
        {
            var page = await engine.ListAsync(request, principal, ct);
            foreach (var run in page.Runs)
            {
                to[run.RunId] = run;
            }

            request.PageToken = page.NextPageToken;
            if (request.PageToken.Length == 0)
            {
                return;
            }
        }
    }
}
