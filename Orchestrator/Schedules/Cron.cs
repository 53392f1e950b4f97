using System.Diagnostics.CodeAnalysis;

namespace Orchestrator.Schedules;

/// <summary>A cron expression of five fields: minute, hour, day of month, month, day of week.</summary>
/// <remarks>
/// <para>
/// When day of month and day of week are both restricted, either of them is enough, as POSIX has it; a field that begins
/// with <c>*</c> does not count as restricted.
/// </para>
/// <para>
/// Where clocks are put forward, a time that does not exist moves to the moment of the change; where they are put back, a
/// time that comes twice counts the first time. Both hold for times of day that are said; an expression whose minute or
/// hour begins with <c>*</c> goes by what the clock shows: nothing in the hour that is missing, twice in the hour that
/// comes twice.
/// </para>
/// </remarks>
internal sealed class Cron
{
    // 29 February can be eight years away, and it need not be the right day of the week.
    private const int MaxYears = 60;
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private readonly CronField _minutes;
    private readonly CronField _hours;
    private readonly CronField _days;
    private readonly CronField _months;
    private readonly CronField _weekdays;

    private Cron(string[] fields)
    {
        _minutes = CronField.Minute(fields[0]);
        _hours = CronField.Hour(fields[1]);
        _days = CronField.DayOfMonth(fields[2]);
        _months = CronField.Month(fields[3]);
        _weekdays = CronField.DayOfWeek(fields[4]);
    }

    // Whether it follows the clock through its changes instead of naming times of day.
    private bool GoesByTheClock => _minutes.IsAny || _hours.IsAny;

    /// <summary>Reads an expression.</summary>
    /// <param name="text">Five fields.</param>
    /// <param name="cron">The expression.</param>
    /// <param name="problem">What is wrong with it, to stand behind "cron: "; null: nothing.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Cron? cron, [NotNullWhen(false)] out string? problem)
    {
        (cron, problem) = (null, null);
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5)
        {
            problem = $"'{text}' has {fields.Length} fields; it must have five: minute, hour, day of month, month, day of week.";
            return false;
        }

        try
        {
            cron = new Cron(fields);
            return true;
        }
        catch (FormatException wrong)
        {
            problem = wrong.Message;
            return false;
        }
    }

    /// <summary>The first time after a moment.</summary>
    /// <param name="after">The moment.</param>
    /// <param name="zone">Whose clock it goes by.</param>
    /// <returns>In UTC; null: never.</returns>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        var start = after.UtcDateTime.Ticks / s_minute.Ticks * s_minute.Ticks;
        var from = new DateTime(start, DateTimeKind.Utc) + s_minute;
        if (!GoesByTheClock)
            from = AfterRepeated(from, zone);
        while (true)
        {
            var offset = zone.GetUtcOffset(from);
            if (NextOnTheClock(from + offset) is not { } wall)
                return null;
            var found = DateTime.SpecifyKind(wall - offset, DateTimeKind.Utc);
            if (Change(from, found, zone) is not { } change)
                return new DateTimeOffset(found);

            // The clocks change before: look again from there.
            var shift = zone.GetUtcOffset(change) - offset;
            if (!GoesByTheClock && shift > TimeSpan.Zero && found < change + shift)
                return new DateTimeOffset(change);
            from = !GoesByTheClock && shift < TimeSpan.Zero ? change - shift : change;
        }
    }

    /// <summary>The first time, as a clock without changes shows it, that is not before another.</summary>
    private DateTime? NextOnTheClock(DateTime from)
    {
        var day = from.Date;
        var end = Math.Min(from.Year + MaxYears, 9998);
        for (var time = from.TimeOfDay; day.Year <= end; time = TimeSpan.Zero)
        {
            if (!_months.Has(day.Month))
            {
                day = new DateTime(day.Year, day.Month, 1, 0, 0, 0, from.Kind).AddMonths(1);
                continue;
            }

            if (IsDay(day) && TimeOfDay(time) is { } found)
                return day + found;
            day = day.AddDays(1);
        }

        return null;
    }

    private bool IsDay(DateTime day)
    {
        var byDate = _days.Has(day.Day);
        var byWeekday = _weekdays.Has((int)day.DayOfWeek);
        return _days.IsAny || _weekdays.IsAny ? byDate && byWeekday : byDate || byWeekday;
    }

    private TimeSpan? TimeOfDay(TimeSpan from)
    {
        var hour = _hours.From(from.Hours);
        if (hour < 0)
            return null;
        var minute = _minutes.From(hour == from.Hours ? from.Minutes : 0);
        if (minute < 0)
        {
            hour = _hours.From(hour + 1);
            minute = _minutes.From(0);
        }

        return hour < 0 ? null : new TimeSpan(hour, minute, 0);
    }

    /// <summary>The first moment of another offset, after one moment and not after another; null: there is none.</summary>
    private static DateTime? Change(DateTime from, DateTime to, TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(from);
        // No zone changes twice within a week.
        for (var low = from; low < to;)
        {
            var high = low + TimeSpan.FromDays(7) < to ? low + TimeSpan.FromDays(7) : to;
            if (zone.GetUtcOffset(high) != offset)
            {
                while (high - low > s_minute)
                {
                    var middle = low + new TimeSpan((high - low).Ticks / s_minute.Ticks / 2 * s_minute.Ticks);
                    (low, high) = zone.GetUtcOffset(middle) == offset ? (middle, high) : (low, middle);
                }

                return high;
            }

            low = high;
        }

        return null;
    }

    // In the second round of an hour that comes twice, the times of day have been already.
    private static DateTime AfterRepeated(DateTime from, TimeZoneInfo zone)
    {
        var before = from - TimeSpan.FromHours(3);
        if (Change(before, from, zone) is not { } change)
            return from;
        var end = change + (zone.GetUtcOffset(before) - zone.GetUtcOffset(from));
        return end > from ? end : from;
    }
}
