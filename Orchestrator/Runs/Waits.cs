using System.Globalization;
using System.Xml;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>Times that pass.</summary>
internal static class Waits
{
    /// <summary>The longest wait, and the longest deadline: ten years, in seconds.</summary>
    public const int MaxSeconds = 3650 * 86400;

    /// <summary>The wait of a task, from now on.</summary>
    /// <exception cref="FormatException">Its time cannot be read; the message names field and value.</exception>
    public static RunEvent Start(RunState state, TaskNode task, DateTimeOffset now)
    {
        var wait = task.Definition.Wait;
        Value Resolve(Reference reference) => state.Resolve(reference, task);
        if (wait.Until.Length > 0)
        {
            var text = Template.FillText(wait.Until, Resolve);
            return TryMoment(text, out var moment) && moment <= now.AddSeconds(MaxSeconds)
                ? Started(task, moment)
                : throw new FormatException($"tasks.{task.Definition.Id}.wait.until: {MomentRule(text)}");
        }

        var length = Template.FillText(wait.Duration, Resolve);
        return TryDuration(length, out var duration)
            ? Started(task, now + duration)
            : throw new FormatException($"tasks.{task.Definition.Id}.wait.duration: {DurationRule(length)}");
    }

    public static RunEvent Started(TaskNode task, DateTimeOffset until) =>
        new() { WaitStarted = new WaitStarted { TaskId = task.Id, Until = Timestamp.FromDateTimeOffset(until) } };

    public static RunEvent Ended(TaskNode task) => new() { WaitEnded = new WaitEnded { TaskId = task.Id } };

    /// <summary>Reads RFC 3339, with an offset or Z.</summary>
    public static bool TryMoment(string text, out DateTimeOffset moment) =>
        DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out moment)
        && (text.EndsWith('Z') || text[^6] is '+' or '-');

    /// <summary>Reads seconds, or an ISO 8601 duration; both from 0 to ten years.</summary>
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            duration = seconds <= MaxSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
        }
        else
        {
            try
            {
                duration = XmlConvert.ToTimeSpan(text);
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                duration = TimeSpan.MaxValue;
            }
        }

        return duration >= TimeSpan.Zero && duration <= TimeSpan.FromSeconds(MaxSeconds);
    }

    public static string MomentRule(string text) => $"'{text}' is no moment within ten years in RFC 3339, like 2026-12-24T18:00:00Z.";

    public static string DurationRule(string text) => $"'{text}' is neither seconds nor an ISO 8601 duration, like PT90M, from 0 to ten years.";
}
