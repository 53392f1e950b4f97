using Microsoft.Extensions.Options;
using Orchestrator.Runs;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>What each tenant has used this month, runs of this replica to the last attempt, others' as the index has it.</summary>
/// <remarks>
/// An attempt begins only while what is used, set aside and wanted is within the limit. Runs of this replica count with
/// what they have set aside; those of other replicas are read again every <see cref="TenantBudgetOptions.RefreshSeconds"/>.
/// </remarks>
internal sealed class TenantBudgets(IOptions<TenantBudgetOptions> options, IRunStore store, TimeProvider time, ILogger<TenantBudgets> logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Month> _months = new(StringComparer.Ordinal);

    /// <summary>What the whole run may use because of its tenant; as it was when there is no limit.</summary>
    public Budget? Limit(Budget? budget, string tenant) => Of(tenant) is not { } limit ? budget : BudgetRules.Tighter(budget, new Budget
    {
        Tokens = limit.MonthlyTokens,
        CostMicros = limit.MonthlyCostMicros,
        // A month is not set aside for one run: a hundredth for an attempt unless the run says what it needs.
        ReserveTokens = budget?.Tokens > 0 ? 0 : (limit.MonthlyTokens + 99) / 100,
        ReserveCostMicros = budget?.CostMicros > 0 ? 0 : (limit.MonthlyCostMicros + 99) / 100,
    });

    /// <summary>Reads what the tenant's other runs have used, unless that was done a moment ago.</summary>
    public async ValueTask RefreshAsync(string tenant, CancellationToken ct)
    {
        if (Of(tenant) is null || !IsDue(tenant))
        {
            return;
        }

        var now = time.GetUtcNow();
        var first = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var runs = new List<RunSummary>();
        string? cursor = null;
        do
        {
            var page = await store.ListAsync(new RunQuery(tenant, [], null, cursor, 200), ct);
            runs.AddRange(page.Runs.Where(run => run.Open || run.UpdatedAt >= first).Select(run => RunSummary.Parser.ParseFrom(run.Summary.Span)));
            cursor = page.Runs.Count > 0 && page.Runs[^1].CreatedAt < first.AddDays(-31) ? null : page.NextCursor;
        }
        while (cursor is not null);
        lock (_gate)
        {
            Current(tenant).Read(runs, time.GetTimestamp());
        }
    }

    /// <summary>What a run of this replica has used and set aside by now.</summary>
    public void Report(RunState state)
    {
        var tenant = state.Submitted.Principal?.Tenant ?? "";
        if (Of(tenant) is not { } limit)
        {
            return;
        }

        lock (_gate)
        {
            var month = Current(tenant);
            month.Set(state.RunId, state.OwnTokens + state.Spent.RunningTokens, state.OwnCostMicros + state.Spent.RunningCost);
            if (!month.Warned && (Is80(month.Tokens, limit.MonthlyTokens) || Is80(month.CostMicros, limit.MonthlyCostMicros)))
            {
                month.Warned = true;
                ProcessingLog.TenantShort(logger, tenant, month.Tokens, limit.MonthlyTokens, month.CostMicros, limit.MonthlyCostMicros);
            }
        }
    }

    /// <summary>Why no other attempt of the tenant may begin; null: one may.</summary>
    /// <param name="wanted">What is set aside for the attempt; null: not known.</param>
    public Failure? Refuse(string tenant, Reservation? wanted)
    {
        if (Of(tenant) is not { } limit)
        {
            return null;
        }

        lock (_gate)
        {
            var month = Current(tenant);
            return Over(month.Tokens, wanted?.Tokens ?? 0, limit.MonthlyTokens) ? Exhausted($"{month.Tokens} of {limit.MonthlyTokens} tokens are used or set aside")
                : Over(month.CostMicros, wanted?.CostMicros ?? 0, limit.MonthlyCostMicros) ? Exhausted($"{month.CostMicros} of {limit.MonthlyCostMicros} millionths of the currency are used or set aside")
                : null;
        }

        Failure Exhausted(string what) => new()
        {
            Code = FailureCodes.BudgetExhausted,
            Message = $"The budget of tenant '{tenant}' for this month is used up: {what}.",
            FailureClass = FailureClass.Permanent,
        };
    }

    private TenantBudget? Of(string tenant) =>
        options.Value.Tenants.Count == 0 ? null : options.Value.Tenants.GetValueOrDefault(tenant) ?? options.Value.Tenants.GetValueOrDefault("*");

    private bool IsDue(string tenant)
    {
        lock (_gate)
        {
            return Current(tenant).ReadAt is not { } at || time.GetElapsedTime(at) >= TimeSpan.FromSeconds(options.Value.RefreshSeconds);
        }
    }

    private Month Current(string tenant)
    {
        var now = time.GetUtcNow();
        var number = (now.Year * 12) + now.Month;
        if (!_months.TryGetValue(tenant, out var month) || month.Number != number)
        {
            _months[tenant] = month = new Month(number);
        }

        return month;
    }

    private static bool Over(long used, long wanted, long limit) => limit > 0 && used + Math.Max(1, wanted) > limit;

    private static bool Is80(long used, long limit) => limit > 0 && used >= limit * 0.8;

    private sealed class Month(int number)
    {
        private readonly Dictionary<string, (long Tokens, long CostMicros)> _here = new(StringComparer.Ordinal);
        private (long Tokens, long CostMicros) _sum;
        private (long Tokens, long CostMicros) _others;

        public int Number => number;

        public bool Warned { get; set; }

        public long? ReadAt { get; private set; }

        public long Tokens => _sum.Tokens + _others.Tokens;

        public long CostMicros => _sum.CostMicros + _others.CostMicros;

        public void Set(string runId, long tokens, long costMicros)
        {
            var before = _here.GetValueOrDefault(runId);
            _here[runId] = (tokens, costMicros);
            _sum = (_sum.Tokens + tokens - before.Tokens, _sum.CostMicros + costMicros - before.CostMicros);
        }

        public void Read(IReadOnlyList<RunSummary> runs, long at)
        {
            _others = default;
            foreach (var run in runs.Where(run => !_here.ContainsKey(run.RunId)))
            {
                _others = (_others.Tokens + Sum(run.Used), _others.CostMicros + (run.Used?.CostMicros ?? 0));
            }

            ReadAt = at;
        }

        private static long Sum(Usage? usage) => usage is null ? 0 : usage.InputTokens + usage.OutputTokens;
    }
}
