namespace Orchestrator.Dispatch;

/// <summary>One role, as this replica sees it.</summary>
/// <param name="Waiting">Tasks that wait here.</param>
/// <param name="OldestEnteredAt">Since when the first of them waits here; null: none does.</param>
/// <param name="Running">Attempts running at all instances, by whichever replica.</param>
/// <param name="Capacity">Attempts at a time that the instances which take work can do.</param>
/// <param name="Instances">Instances that take work.</param>
internal sealed record RoleDepth(int Waiting, DateTimeOffset? OldestEnteredAt, int Running, int Capacity, int Instances)
{
    public static RoleDepth Of(RoleDesk role)
    {
        var oldest = role.Lanes.Where(lane => lane.Oldest is not null).Select(lane => lane.Oldest!.EnteredAt).DefaultIfEmpty(long.MaxValue).Min();
        var taking = role.Instances.Where(instance => instance.TakesWork).ToList();
        return new RoleDepth(
            role.Lanes.Sum(lane => lane.Count),
            oldest == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(oldest),
            role.Instances.Sum(instance => instance.RunningInAll),
            taking.Sum(instance => instance.Capacity),
            taking.Count);
    }
}
