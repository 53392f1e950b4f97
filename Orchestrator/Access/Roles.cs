namespace Orchestrator.Access;

/// <summary>What keys are given out for.</summary>
internal static class Roles
{
    /// <summary>Sees.</summary>
    public const string Viewer = "viewer";

    /// <summary>Sees, starts and steers runs.</summary>
    public const string Submitter = "submitter";

    /// <summary>Sees and decides.</summary>
    public const string Approver = "approver";

    /// <summary>Everything with runs and schedules but decisions.</summary>
    public const string Operator = "operator";

    /// <summary>Everything of a tenant, its keys included; of all tenants' keys with tenant <c>*</c>.</summary>
    public const string Admin = "admin";

    /// <summary>An agent: joins, and calls back for the attempts that it was given.</summary>
    public const string Agent = "agent";

    /// <summary>All, as documentation has them.</summary>
    public static readonly IReadOnlyList<string> All = [Viewer, Submitter, Approver, Operator, Admin, Agent];
}
