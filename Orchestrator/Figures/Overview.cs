using System.Reflection;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orchestrator.Dispatch;
using Orchestrator.Planning;
using Orchestrator.Policy;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Figures;

/// <summary>How things stand, for a first look: gathered from what the other rooms know.</summary>
internal sealed class Overview(
    IRunEngine engine, DayBook day, IAgentDirectory agents, PlaybookCatalog playbooks, PolicySource policy, HealthCheckService health, TimeProvider time)
{
    private const int NewestShown = 10;
    private static readonly State[] s_open = [.. System.Enum.GetValues<State>().Where(state => state != State.Unspecified && !state.IsTerminal())];
    private static readonly string Version = typeof(Overview).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    /// <summary>The state of now.</summary>
    public async Task<GetOverviewResponse> GetAsync(Principal caller, CancellationToken ct)
    {
        var report = await health.CheckHealthAsync(ct);
        var runs = await day.OfAsync(caller.Tenant, ct);
        var queue = await engine.QueueAsync(new GetQueueMetricsRequest(), ct);
        var approvals = (await engine.ListApprovalsAsync(new ListApprovalsRequest(), caller, ct)).Approvals;
        var instances = agents.List(null);
        var open = runs.Where(run => !run.Status.IsTerminal()).ToList();
        // As they are now, where they are worked on here; the book of the day has them as the index does.
        var newest = await engine.ListAsync(new ListRunsRequest { Statuses = { s_open }, PageSize = NewestShown }, caller, ct);
        var response = new GetOverviewResponse
        {
            Healthy = report.Status == HealthStatus.Healthy,
            Checks = { report.Entries.OrderBy(entry => entry.Value.Status).ThenBy(entry => entry.Key, StringComparer.Ordinal).Select(ToView) },
            StartedAt = Timestamp.FromDateTimeOffset(_startedAt),
            Version = Version,
            OpenRuns = { Counts(open) },
            NewestOpen = { newest.Runs },
            EndedToday = { Counts(runs.Where(run => run.Status.IsTerminal() && run.EndedAt?.ToDateTimeOffset().UtcDateTime.Date == time.GetUtcNow().UtcDateTime.Date)) },
            Queue = { queue.Roles },
            AgentsAlive = instances.Count(instance => instance.Health == InstanceHealth.Alive),
            AgentsTotal = instances.Count,
            AgentsQuarantined = instances.Count(instance => instance.Health == InstanceHealth.Quarantined),
            SpentToday = Sum(runs),
            Approvals = approvals.Count,
            ApprovalsMine = approvals.Count(approval => approval.Deciders.Count == 0 || approval.Deciders.Contains(caller.Name)),
        };
        response.Warnings.Add(Warnings(queue));
        return response;
    }

    private IEnumerable<string> Warnings(GetQueueMetricsResponse queue)
    {
        var status = policy.Status();
        if (status.Complaint.Length > 0)
        {
            yield return $"The policy file {status.File} cannot be used, the rules before it stay in force: {status.Complaint}";
        }

        foreach (var error in playbooks.Errors)
        {
            yield return $"A playbook cannot be used: {error}";
        }

        foreach (var role in queue.Roles.Where(role => role is { Depth: > 0, Capacity: 0 }))
        {
            yield return $"{role.Depth} task{(role.Depth == 1 ? " waits" : "s wait")} for the role {role.Role}, of which no agent is alive.";
        }
    }

    private static HealthCheckView ToView(KeyValuePair<string, HealthReportEntry> entry) => new()
    {
        Name = entry.Key,
        Status = entry.Value.Status.ToString(),
        Description = entry.Value.Description ?? entry.Value.Exception?.Message ?? "",
    };

    private static IEnumerable<StateCount> Counts(IEnumerable<RunSummary> runs) =>
        runs.GroupBy(run => run.Status).OrderBy(group => group.Key).Select(group => new StateCount { Status = group.Key, Count = group.Count() });

    private static Usage Sum(IEnumerable<RunSummary> runs)
    {
        var sum = new Usage();
        foreach (var used in runs.Select(run => run.Used).Where(used => used is not null))
        {
            sum.InputTokens += used.InputTokens;
            sum.OutputTokens += used.OutputTokens;
            sum.CostMicros += used.CostMicros;
        }

        return sum;
    }
}
