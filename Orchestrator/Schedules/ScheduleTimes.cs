using Protos.V1;

namespace Orchestrator.Schedules;

/// <summary>When a schedule starts its runs.</summary>
internal static class ScheduleTimes
{
    /// <summary>The label that runs which a schedule started have; its value is the schedule's name.</summary>
    public const string Label = "schedule";

    /// <summary>What is wrong with the times of a schedule; null: nothing.</summary>
    public static (string Field, string Message)? Problem(Schedule schedule)
    {
        if (schedule.Cron.Length > 0 == schedule.Every > 0)
            return ("cron", schedule.Every > 0 ? "cron and every are both given; exactly one is wanted." : "cron and every are both missing; exactly one is wanted.");
        if (schedule.Every > 0)
            return schedule.TimeZone.Length == 0 ? null : ("time_zone", $"'{schedule.TimeZone}' is given with every; it is for cron.");
        if (!Cron.TryParse(schedule.Cron, out var cron, out var problem))
            return ("cron", problem);
        if (!TryZone(schedule.TimeZone, out var zone))
            return ("time_zone", $"'{schedule.TimeZone}' is no time zone that is known here; an IANA name is wanted, e.g. Europe/Vienna.");
        return cron.Next(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), zone) is null ? ("cron", $"'{schedule.Cron}' never comes.") : null;
    }

    /// <summary>The first start after a moment.</summary>
    /// <param name="schedule">A schedule without problems.</param>
    /// <param name="last">The start before; null: there was none, and an interval counts from <paramref name="after"/>.</param>
    /// <param name="after">The moment.</param>
    /// <returns>Null: never.</returns>
    public static DateTimeOffset? Next(Schedule schedule, DateTimeOffset? last, DateTimeOffset after)
    {
        if (schedule.Every > 0)
        {
            var from = last is { } at && at <= after ? at : after;
            var every = TimeSpan.FromSeconds(schedule.Every);
            return from + every * ((after - from).Ticks / every.Ticks + 1);
        }

        return Cron.TryParse(schedule.Cron, out var cron, out _) && TryZone(schedule.TimeZone, out var zone) ? cron.Next(after, zone) : null;
    }

    /// <summary>The last start that is not after a moment, of those from a first one on.</summary>
    /// <param name="schedule">A schedule without problems.</param>
    /// <param name="first">The first start, not after <paramref name="now"/>.</param>
    /// <param name="now">The moment.</param>
    public static DateTimeOffset Latest(Schedule schedule, DateTimeOffset first, DateTimeOffset now)
    {
        if (schedule.Every > 0)
        {
            var every = TimeSpan.FromSeconds(schedule.Every);
            return first + every * ((now - first).Ticks / every.Ticks);
        }

        // From near the moment, so that a long time down does not cost a step for each start that was missed.
        for (var back = TimeSpan.FromHours(1); now - back > first; back *= 8)
        {
            if (Next(schedule, null, now - back) is { } near && near <= now)
            {
                first = near;
                break;
            }
        }

        while (Next(schedule, first, first) is { } next && next <= now)
        {
            first = next;
        }

        return first;
    }

    // Empty is UTC: what a clock shows must not depend on where the process happens to run.
    private static bool TryZone(string name, out TimeZoneInfo zone)
    {
        zone = TimeZoneInfo.Utc;
        return name.Length == 0 || (!name.Contains("..", StringComparison.Ordinal) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone!));
    }
}
