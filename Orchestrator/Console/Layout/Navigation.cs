namespace Orchestrator.Console.Layout;

/// <summary>An entry of the navigation.</summary>
/// <param name="Key">What a page names as its <c>Active</c>.</param>
/// <param name="Title">What is shown.</param>
/// <param name="Url">Where it leads.</param>
/// <param name="Icon">A name of <c>Icon</c>.</param>
internal sealed record NavigationEntry(string Key, string Title, string Url, string Icon);

/// <summary>The families of pages, as the navigation has them.</summary>
internal static class Navigation
{
    public static IReadOnlyList<NavigationEntry> Entries { get; } =
    [
        new("home", "Home", "/", "home"),
        new("runs", "Runs", "/runs", "runs"),
        new("approvals", "Approvals", "/approvals", "approvals"),
        new("agents", "Agents", "/agents", "agents"),
        new("tools", "Tools", "/tools", "tools"),
        new("policies", "Policies", "/policies", "policies"),
        new("playbooks", "Playbooks", "/playbooks", "playbooks"),
        new("schedules", "Schedules", "/schedules", "schedules"),
        new("audit", "Audit", "/audit", "audit"),
    ];
}
