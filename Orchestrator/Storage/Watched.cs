namespace Orchestrator.Storage;

/// <summary>What a <see cref="WatchHub"/> is keyed by: run ids, and beside them what a space keeps apart from every run id.</summary>
internal static class Watched
{
    private const string InboxMark = "inbox ";
    private const string MembersMark = "members ";

    public static string Inbox(int partition) => InboxMark + partition;

    public static string Members(string group) => MembersMark + group;

    public static bool IsInbox(string watched, out int partition)
    {
        partition = -1;
        return watched.StartsWith(InboxMark, StringComparison.Ordinal) && int.TryParse(watched.AsSpan(InboxMark.Length), out partition);
    }

    public static bool IsMembers(string watched, out string group)
    {
        var isMembers = watched.StartsWith(MembersMark, StringComparison.Ordinal);
        group = isMembers ? watched[MembersMark.Length..] : "";
        return isMembers;
    }
}
