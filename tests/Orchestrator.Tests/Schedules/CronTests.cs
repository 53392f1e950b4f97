using System.Globalization;
using Orchestrator.Schedules;

namespace Orchestrator.Tests.Schedules;

public class CronTests
{
    private static readonly TimeZoneInfo s_vienna = TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna");

    [Theory]
    [InlineData("* * * * *", "2026-01-01T00:00:00", "2026-01-01T00:01:00")]
    [InlineData("* * * * *", "2026-01-01T00:00:59", "2026-01-01T00:01:00")]
    [InlineData("0 * * * *", "2026-01-01T00:00:00", "2026-01-01T01:00:00")]
    [InlineData("*/15 * * * *", "2026-01-01T00:14:59", "2026-01-01T00:15:00")]
    [InlineData("*/15 * * * *", "2026-01-01T23:45:00", "2026-01-02T00:00:00")]
    [InlineData("5/20 * * * *", "2026-01-01T00:45:00", "2026-01-01T01:05:00")]
    [InlineData("1,2,30-32 * * * *", "2026-01-01T00:02:00", "2026-01-01T00:30:00")]
    [InlineData("10-50/20 8 * * *", "2026-01-01T08:30:00", "2026-01-01T08:50:00")]
    [InlineData("0 9-17/4 * * *", "2026-01-01T13:00:00", "2026-01-01T17:00:00")]
    [InlineData("30 6 * * *", "2026-01-01T06:30:00", "2026-01-02T06:30:00")]
    [InlineData("0 0 1 * *", "2026-01-15T00:00:00", "2026-02-01T00:00:00")]
    [InlineData("0 0 31 * *", "2026-01-31T00:00:00", "2026-03-31T00:00:00")]
    [InlineData("0 0 29 2 *", "2026-01-01T00:00:00", "2028-02-29T00:00:00")]
    [InlineData("0 0 29 2 *", "2096-03-01T00:00:00", "2104-02-29T00:00:00")]
    [InlineData("59 23 31 12 *", "2026-12-31T23:59:00", "2027-12-31T23:59:00")]
    [InlineData("0 12 * JAN,jul *", "2026-02-01T00:00:00", "2026-07-01T12:00:00")]
    [InlineData("0 12 * JAN-MAR *", "2026-03-31T12:00:00", "2027-01-01T12:00:00")]
    [InlineData("0 9 * * MON-FRI", "2026-11-20T09:00:00", "2026-11-23T09:00:00")]
    [InlineData("0 9 * * 0", "2026-11-21T00:00:00", "2026-11-22T09:00:00")]
    [InlineData("0 9 * * 7", "2026-11-21T00:00:00", "2026-11-22T09:00:00")]
    [InlineData("0 9 * * SAT-SUN", "2026-11-22T09:00:00", "2026-11-28T09:00:00")]
    [InlineData("0 9 ? * sun", "2026-11-21T00:00:00", "2026-11-22T09:00:00")]
    [InlineData("0 9 13 * ?", "2026-11-21T00:00:00", "2026-12-13T09:00:00")]
    [InlineData("  0   9  *  *  *  ", "2026-11-21T00:00:00", "2026-11-21T09:00:00")]
    public void Next_InUtc_IsTheFirstThatMatches(string text, string after, string expected) =>
        Next(text, after, TimeZoneInfo.Utc).ShouldBe(Utc(expected));

    [Theory]
    // Both restricted: either is enough. The 13th, and every Friday.
    [InlineData("0 0 13 * FRI", "2026-11-21T00:00:00", "2026-11-27T00:00:00")]
    [InlineData("0 0 13 * FRI", "2026-12-11T00:00:00", "2026-12-13T00:00:00")]
    // A field that begins with * does not count as restricted: odd days that are Fridays.
    [InlineData("0 0 */2 * FRI", "2026-11-21T00:00:00", "2026-11-27T00:00:00")]
    [InlineData("0 0 */2 * FRI", "2026-11-27T00:00:00", "2026-12-11T00:00:00")]
    [InlineData("0 0 13 * */3", "2026-11-21T00:00:00", "2026-12-13T00:00:00")]
    public void Next_DayOfMonthAndDayOfWeek_EitherIsEnoughWhenBothAreSaid(string text, string after, string expected) =>
        Next(text, after, TimeZoneInfo.Utc).ShouldBe(Utc(expected));

    [Theory]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 4,6,9,11 *")]
    public void Next_ADayThatNoMonthHas_IsNever(string text) => Next(text, "2026-01-01T00:00:00", TimeZoneInfo.Utc).ShouldBeNull();

    [Theory]
    // Winter: one hour ahead of UTC. Summer: two.
    [InlineData("0 8 * * *", "2026-01-10T07:00:00", "2026-01-11T07:00:00")]
    [InlineData("0 8 * * *", "2026-07-10T06:00:00", "2026-07-11T06:00:00")]
    [InlineData("0 8 * * *", "2026-03-28T07:00:00", "2026-03-29T06:00:00")]
    [InlineData("0 8 * * *", "2026-10-24T06:00:00", "2026-10-25T07:00:00")]
    [InlineData("0 0 1 * *", "2026-02-28T23:00:00", "2026-03-31T22:00:00")]
    [InlineData("0 0 1 1 *", "2026-07-01T00:00:00", "2026-12-31T23:00:00")]
    [InlineData("0 12 1 7 *", "2026-07-01T10:00:00", "2027-07-01T10:00:00")]
    public void Next_InVienna_GoesByItsClock(string text, string after, string expected) =>
        Next(text, after, s_vienna).ShouldBe(Utc(expected));

    [Theory]
    // 2026-03-29 in Vienna: 01:59:59 is followed by 03:00:00, at 01:00:00 UTC.
    [InlineData("30 2 * * *", "2026-03-28T12:00:00", "2026-03-29T01:00:00")] // does not exist: at the change
    [InlineData("30 2 * * *", "2026-03-29T01:00:00", "2026-03-30T00:30:00")] // and not again that day
    [InlineData("0,30 2 * * *", "2026-03-28T12:00:00", "2026-03-29T01:00:00")] // two that do not exist: once
    [InlineData("0,30 2 * * *", "2026-03-29T01:00:00", "2026-03-30T00:00:00")]
    [InlineData("0 2,3 * * *", "2026-03-29T00:00:00", "2026-03-29T01:00:00")] // with one that does: once
    [InlineData("0 2,3 * * *", "2026-03-29T01:00:00", "2026-03-30T00:00:00")]
    [InlineData("30 2 29 3 *", "2026-03-28T12:00:00", "2026-03-29T01:00:00")]
    [InlineData("30 1 * * *", "2026-03-28T12:00:00", "2026-03-29T00:30:00")]
    [InlineData("0 3 * * *", "2026-03-28T12:00:00", "2026-03-29T01:00:00")]
    // By the clock: nothing in the hour that is missing.
    [InlineData("0 * * * *", "2026-03-29T00:00:00", "2026-03-29T01:00:00")]
    [InlineData("30 * * * *", "2026-03-29T00:30:00", "2026-03-29T01:30:00")]
    [InlineData("*/30 2 * * *", "2026-03-29T00:00:00", "2026-03-30T00:00:00")]
    [InlineData("0 */2 * * *", "2026-03-28T23:00:00", "2026-03-29T02:00:00")]
    [InlineData("*/15 * * * *", "2026-03-29T00:45:00", "2026-03-29T01:00:00")]
    public void Next_InViennaClocksPutForward_FollowsTheRule(string text, string after, string expected) =>
        Next(text, after, s_vienna).ShouldBe(Utc(expected));

    [Theory]
    // 2026-10-25 in Vienna: 02:59:59 is followed by 02:00:00, at 01:00:00 UTC.
    [InlineData("30 2 * * *", "2026-10-24T12:00:00", "2026-10-25T00:30:00")] // comes twice: the first time
    [InlineData("30 2 * * *", "2026-10-25T00:30:00", "2026-10-26T01:30:00")]
    [InlineData("30 2 * * *", "2026-10-25T00:45:00", "2026-10-26T01:30:00")]
    [InlineData("30 2 * * *", "2026-10-25T01:10:00", "2026-10-26T01:30:00")] // asked in the second round
    [InlineData("0 3 * * *", "2026-10-25T00:30:00", "2026-10-25T02:00:00")]
    [InlineData("0 3 * * *", "2026-10-25T01:30:00", "2026-10-25T02:00:00")]
    [InlineData("59 2 * * *", "2026-10-25T00:58:00", "2026-10-25T00:59:00")]
    // By the clock: twice in the hour that comes twice.
    [InlineData("0 * * * *", "2026-10-25T00:00:00", "2026-10-25T01:00:00")]
    [InlineData("0 * * * *", "2026-10-25T01:00:00", "2026-10-25T02:00:00")]
    [InlineData("*/30 2 * * *", "2026-10-25T00:30:00", "2026-10-25T01:00:00")]
    [InlineData("*/30 2 * * *", "2026-10-25T01:00:00", "2026-10-25T01:30:00")]
    [InlineData("*/30 2 * * *", "2026-10-25T01:30:00", "2026-10-26T01:00:00")]
    public void Next_InViennaClocksPutBack_FollowsTheRule(string text, string after, string expected) =>
        Next(text, after, s_vienna).ShouldBe(Utc(expected));

    [Theory]
    [InlineData("Australia/Lord_Howe", "15 2 * * *", "2026-10-03T00:00:00", "2026-10-03T15:30:00")] // half an hour forward, at 02:00
    [InlineData("Asia/Kathmandu", "0 0 * * *", "2026-01-01T00:00:00", "2026-01-01T18:15:00")] // +05:45
    [InlineData("America/New_York", "30 1 * * *", "2026-11-01T05:45:00", "2026-11-02T06:30:00")]
    public void Next_InOtherZones_FollowsTheSameRules(string zone, string text, string after, string expected) =>
        Next(text, after, TimeZoneInfo.FindSystemTimeZoneById(zone)).ShouldBe(Utc(expected));

    [Theory]
    [InlineData("0 * * * *", 8760)]
    [InlineData("30 2 * * *", 365)]
    [InlineData("0 0 * * MON", 52)]
    public void Next_OverAYearInVienna_CountsAsTheRuleSays(string text, int expected)
    {
        var at = Utc("2026-01-01T00:00:00")!.Value.AddHours(-1).AddTicks(-1);
        var end = at.AddDays(365);
        var count = 0;
        while (Parse(text).Next(at, s_vienna) is { } next && next <= end)
        {
            next.ShouldBeGreaterThan(at);
            (at, count) = (next, count + 1);
        }

        count.ShouldBe(expected);
    }

    [Fact]
    public void Next_AgainstEveryMinuteOfAYear_SkipsAndInventsNone()
    {
        // Minute by minute, what the clock in Vienna shows; for an expression that goes by the clock that is the whole rule.
        var cron = Parse("*/20 1-3 * * *");
        var at = Utc("2026-01-01T00:00:00")!.Value;
        var expected = Enumerable.Range(1, 366 * 1440).Select(minute => at.AddMinutes(minute))
            .Where(moment => TimeZoneInfo.ConvertTime(moment, s_vienna) is { Hour: >= 1 and <= 3, Minute: 0 or 20 or 40 }).ToList();
        foreach (var moment in expected)
        {
            cron.Next(at, s_vienna).ShouldBe(moment);
            at = moment;
        }
    }

    [Theory]
    [InlineData("", "has 0 fields; it must have five")]
    [InlineData("* * * *", "has 4 fields")]
    [InlineData("* * * * * *", "has 6 fields")]
    [InlineData("60 * * * *", "the minute '60' has '60'; it must be 0 to 59")]
    [InlineData("-1 * * * *", "the minute '-1' has '-1'; it must be 0 to 59")]
    [InlineData("* 24 * * *", "the hour '24' has '24'; it must be 0 to 23")]
    [InlineData("* * 0 * *", "the day of month '0' has '0'; it must be 1 to 31")]
    [InlineData("* * 32 * *", "1 to 31")]
    [InlineData("* * * 13 *", "the month '13' has '13'; it must be 1 to 12 or JAN to DEC")]
    [InlineData("* * * * 8", "the day of week '8' has '8'; it must be 0 to 7 or SUN to SAT")]
    [InlineData("* * * * FREITAG", "'FREITAG'")]
    [InlineData("5-1 * * * *", "the range '5-1', which goes backwards")]
    [InlineData("*/0 * * * *", "the step '0'; it must be 1 to 59")]
    [InlineData("*/60 * * * *", "the step '60'")]
    [InlineData("1,,2 * * * *", "has ''")]
    [InlineData("1/x * * * *", "the step 'x'")]
    [InlineData("L * * * *", "'L'")]
    public void TryParse_NoExpression_SaysWhatIsWrong(string text, string problem)
    {
        Cron.TryParse(text, out var cron, out var said).ShouldBeFalse();
        cron.ShouldBeNull();
        said!.ShouldContain(problem);
    }

    private static DateTimeOffset? Next(string text, string after, TimeZoneInfo zone) => Parse(text).Next(Utc(after)!.Value, zone);

    private static Cron Parse(string text)
    {
        Cron.TryParse(text, out var cron, out var problem).ShouldBeTrue(problem);
        return cron!;
    }

    private static DateTimeOffset? Utc(string text) => DateTimeOffset.Parse(text + "Z", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
