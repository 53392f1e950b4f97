using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Figures;

/// <summary>What one run adds to the figures of agents. Follows from its log alone, event by event.</summary>
internal sealed class RunFigures
{
    /// <summary>Numbers of an output that are counted; they stay in the log also when the output is an artifact.</summary>
    public static IReadOnlyList<string> Numbers { get; } = ["checked", "confirmed", "findings_total"];

    private readonly Dictionary<string, Work> _work = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _dependencies = new(StringComparer.Ordinal);
    private DateTimeOffset? _submittedAt;
    private string _planningTask = "";

    /// <summary>Version of the last event that is in it.</summary>
    public long Version { get; private set; }

    /// <summary>Whether the run has ended: nothing will be added.</summary>
    public bool Ended { get; private set; }

    /// <summary>Plans that a planner made, and the time they took.</summary>
    public (long Count, double Seconds) Plans { get; private set; }

    public long Conflicts { get; private set; }

    /// <summary>By role and name of the instance.</summary>
    public Dictionary<(string Role, string Instance), AgentTotals> Agents { get; } = [];

    public void Add(RunEvent e)
    {
        Version = e.Version;
        var time = e.Time.ToDateTimeOffset();
        switch (e.BodyCase)
        {
            case RunEvent.BodyOneofCase.RunSubmitted:
                _submittedAt = time;
                break;
            case RunEvent.BodyOneofCase.PlanRequested:
                _planningTask = e.PlanRequested.PlanningTask?.Id ?? "";
                break;
            case RunEvent.BodyOneofCase.PlanAccepted:
                OnPlan(e.PlanAccepted.Plan, time);
                break;
            case RunEvent.BodyOneofCase.TaskQueued:
                Of(e.TaskQueued.TaskId).Role = e.TaskQueued.Role;
                break;
            case RunEvent.BodyOneofCase.TaskStarted:
                OnStarted(e.TaskStarted, time);
                break;
            case RunEvent.BodyOneofCase.TaskOutput when e.TaskOutput.Attempt > 0:
                OnOutput(e.TaskOutput, time);
                break;
            case RunEvent.BodyOneofCase.AttemptFailed:
                OnFailed(e.AttemptFailed);
                break;
            case RunEvent.BodyOneofCase.ReviewScored:
                OnScored(e.ReviewScored);
                break;
            case RunEvent.BodyOneofCase.DisputeRuled or RunEvent.BodyOneofCase.ContextResolved:
                Conflicts++;
                break;
            case RunEvent.BodyOneofCase.DiscussionRuled when !e.DiscussionRuled.TaskId.Contains("/dispute-", StringComparison.Ordinal):
                Conflicts++;
                break;
            case RunEvent.BodyOneofCase.RunCompleted or RunEvent.BodyOneofCase.RunFailed or RunEvent.BodyOneofCase.RunCancelled:
                Ended = true;
                _work.Clear();
                _dependencies.Clear();
                break;
        }
    }

    private void OnPlan(Plan plan, DateTimeOffset time)
    {
        foreach (var task in plan.Tasks)
        {
            _dependencies[task.Id] = task.DependsOn;
        }

        if (_planningTask.Length > 0)
        {
            Plans = (Plans.Count + 1, Plans.Seconds + (time - (_submittedAt ?? time)).TotalSeconds);
        }
    }

    private void OnStarted(TaskStarted started, DateTimeOffset time)
    {
        var work = Of(started.TaskId);
        work.Instance = started.InstanceName;
        work.StartedAt = time;
        Totals(work).Delegated++;
    }

    private void OnFailed(AttemptFailed failed)
    {
        var totals = Totals(Of(failed.TaskId));
        if (RetryRules.Counts(failed.Failure))
        {
            totals.Failed++;
        }
        else
        {
            totals.Delegated--; // there was no room: that was no attempt
        }
    }

    private void OnOutput(TaskOutput output, DateTimeOffset time)
    {
        var work = Of(output.TaskId);
        var totals = Totals(work);
        totals.Completed++;
        totals.Seconds += (time - work.StartedAt).TotalSeconds;
        totals.Contested += output.Contested.Count;
        work.Author = (work.Role, work.Instance);
        var fields = output.Output ?? new Struct();
        if (Values.Number(fields, "findings_total") is { } total || Findings(fields) is { } findings && (total = findings) >= 0)
        {
            totals.Examined++;
            totals.Issues += (long)total;
        }

        if (Values.Number(fields, "checked") is { } looked && Values.Number(fields, "confirmed") is { } stand)
        {
            foreach (var author in Checked(output.TaskId).Where(author => author.Author is not null).Select(author => author.Author!.Value).Distinct())
            {
                var cited = Totals(author);
                cited.Checked += (long)looked;
                cited.Confirmed += (long)stand;
            }
        }
    }

    // Whose citations they are: of the reviewed task, or of the tasks that the check depends on.
    private IEnumerable<Work> Checked(string taskId)
    {
        var review = taskId.IndexOf("/review-", StringComparison.Ordinal);
        if (review > 0)
        {
            return [Of(taskId[..review])];
        }

        var planned = taskId.IndexOf('/') is var slash and > 0 ? taskId[..slash] : taskId;
        return _dependencies.TryGetValue(planned, out var names) ? names.Where(_work.ContainsKey).Select(Of) : [];
    }

    private void OnScored(ReviewScored scored)
    {
        var work = Of(scored.TaskId);
        if (work.Author is not { } author || work.Reviewed)
        {
            return;
        }

        work.Reviewed = true;
        var totals = Totals(author);
        totals.Reviewed++;
        totals.ApprovedFirst += scored.Verdict == ReviewScores.Approved ? 1 : 0;
    }

    private static double? Findings(Struct output) =>
        output.Fields.TryGetValue("findings", out var list) && list.KindCase == Value.KindOneofCase.ListValue ? list.ListValue.Values.Count : null;

    private Work Of(string taskId)
    {
        if (!_work.TryGetValue(taskId, out var work))
        {
            _work[taskId] = work = new Work();
        }

        return work;
    }

    private AgentTotals Totals(Work work) => Totals((work.Role, work.Instance));

    private AgentTotals Totals((string Role, string Instance) agent)
    {
        if (!Agents.TryGetValue(agent, out var totals))
        {
            Agents[agent] = totals = new AgentTotals();
        }

        return totals;
    }

    private sealed class Work
    {
        public string Role { get; set; } = "";

        public string Instance { get; set; } = "";

        public DateTimeOffset StartedAt { get; set; }

        /// <summary>Who gave the last output.</summary>
        public (string Role, string Instance)? Author { get; set; }

        public bool Reviewed { get; set; }
    }
}
