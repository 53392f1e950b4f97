using System.Collections.Frozen;

namespace Orchestrator.Access;

/// <summary>What can be allowed, and the one table that says which role may do what. An authorization policy is named after each.</summary>
internal static class Permissions
{
    /// <summary>See runs, approvals, schedules, agents, tools, playbooks, policies, figures and the audit trail of one's tenant.</summary>
    public const string RunsRead = "runs.read";

    /// <summary>Start runs, by hand, again, or of a single agent.</summary>
    public const string RunsSubmit = "runs.submit";

    /// <summary>Cancel, hold, resume and guide runs.</summary>
    public const string RunsControl = "runs.control";

    /// <summary>Delete runs that have ended.</summary>
    public const string RunsDelete = "runs.delete";

    /// <summary>Decide what waits for a person, where the approval names nobody else.</summary>
    public const string ApprovalsDecide = "approvals.decide";

    /// <summary>Make, change and delete schedules.</summary>
    public const string SchedulesWrite = "schedules.write";

    /// <summary>Download artifacts.</summary>
    public const string ArtifactsRead = "artifacts.read";

    /// <summary>Upload artifacts.</summary>
    public const string ArtifactsWrite = "artifacts.write";

    /// <summary>Make, list and revoke keys.</summary>
    public const string KeysManage = "keys.manage";

    /// <summary>Ask whom the orchestrator takes one for.</summary>
    public const string SelfRead = "self.read";

    /// <summary>Join as an agent.</summary>
    public const string AgentsJoin = "agents.join";

    /// <summary>Call what attempts call: context and policy. Needs an attempt's credential besides.</summary>
    public const string AttemptsCall = "attempts.call";

    /// <summary>Give work to this orchestrator as a team. No role has it: the master that the team joined shows a token instead.</summary>
    public const string TeamExecute = "team.execute";

    private static readonly Dictionary<string, string[]> s_table = new(StringComparer.Ordinal)
    {
        [RunsRead] = [Roles.Viewer, Roles.Submitter, Roles.Approver, Roles.Operator, Roles.Admin],
        [RunsSubmit] = [Roles.Submitter, Roles.Operator, Roles.Admin],
        [RunsControl] = [Roles.Submitter, Roles.Operator, Roles.Admin],
        [RunsDelete] = [Roles.Operator, Roles.Admin],
        [ApprovalsDecide] = [Roles.Approver, Roles.Admin],
        [SchedulesWrite] = [Roles.Operator, Roles.Admin],
        [ArtifactsRead] = [Roles.Viewer, Roles.Submitter, Roles.Approver, Roles.Operator, Roles.Admin, Roles.Agent],
        [ArtifactsWrite] = [Roles.Submitter, Roles.Operator, Roles.Admin, Roles.Agent],
        [KeysManage] = [Roles.Admin],
        [SelfRead] = [Roles.Viewer, Roles.Submitter, Roles.Approver, Roles.Operator, Roles.Admin, Roles.Agent],
        [AgentsJoin] = [Roles.Agent],
        [AttemptsCall] = [Roles.Agent],
        [TeamExecute] = [],
    };

    /// <summary>All there are.</summary>
    public static IReadOnlyCollection<string> All => s_table.Keys;

    /// <summary>What is said to who does not have a permission: who has.</summary>
    public static string Needed(string permission) =>
        $"The permission {permission} is needed{(s_table[permission] is { Length: > 0 } roles ? $", which these roles have: {string.Join(", ", roles)}" : "")}.";

    /// <summary>What a caller with these roles may do.</summary>
    public static FrozenSet<string> Of(IEnumerable<string> roles)
    {
        var held = roles.ToHashSet(StringComparer.Ordinal);
        return s_table.Where(row => row.Value.Any(held.Contains)).Select(row => row.Key).ToFrozenSet(StringComparer.Ordinal);
    }
}
