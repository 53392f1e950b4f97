using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Console.Parts;

/// <summary>Numbers, times and states in words, the same on every page.</summary>
internal static class Words
{
    private static readonly CultureInfo s_words = CultureInfo.InvariantCulture;

    /// <summary>E.g. <c>850 ms</c>, <c>4.2 s</c>, <c>3 min 5 s</c>, <c>2 h 4 min</c>, <c>3 d 2 h</c>.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { Ticks: < 0 } => "0 s",
        { TotalSeconds: < 1 } => $"{time.TotalMilliseconds:0} ms",
        { TotalSeconds: < 10 } => string.Create(s_words, $"{Math.Floor(time.TotalSeconds * 10) / 10:0.0} s"),
        { TotalMinutes: < 1 } => $"{(int)time.TotalSeconds} s",
        { TotalHours: < 1 } => $"{time.Minutes} min {time.Seconds} s",
        { TotalDays: < 1 } => $"{time.Hours} h {time.Minutes} min",
        _ => $"{(int)time.TotalDays} d {time.Hours} h",
    };

    /// <summary>E.g. <c>5 min ago</c> or <c>in 2 h</c>.</summary>
    public static string Relative(DateTimeOffset time, DateTimeOffset now)
    {
        var since = now - time;
        var text = since.Duration() switch
        {
            { TotalSeconds: < 1 } => "now",
            { TotalMinutes: < 1 } and var apart => $"{(int)apart.TotalSeconds} s",
            { TotalHours: < 1 } and var apart => $"{(int)apart.TotalMinutes} min",
            { TotalDays: < 1 } and var apart => $"{(int)apart.TotalHours} h",
            var apart => $"{(int)apart.TotalDays} d",
        };
        return text == "now" ? text : since > TimeSpan.Zero ? $"{text} ago" : $"in {text}";
    }

    /// <summary>Money of a price table, from millionths.</summary>
    public static string Cost(long micros) => micros == 0 ? "0" : micros < 10_000 ? (micros / 1e6).ToString("0.####", s_words) : (micros / 1e6).ToString("#,##0.00", s_words);

    /// <summary>E.g. <c>12,345</c>.</summary>
    public static string Count(long count) => count.ToString("#,##0", s_words);

    /// <summary>E.g. <c>1 run</c>, <c>2 runs</c>.</summary>
    public static string Count(long count, string one) => count == 1 ? $"1 {one}" : $"{Count(count)} {one}s";

    /// <summary>E.g. <c>12.3 kB</c>.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1000 => $"{bytes} B",
        < 1_000_000 => (bytes / 1e3).ToString("0.#", s_words) + " kB",
        < 1_000_000_000 => (bytes / 1e6).ToString("0.#", s_words) + " MB",
        _ => (bytes / 1e9).ToString("0.#", s_words) + " GB",
    };

    /// <summary>A state for people, e.g. <c>in progress</c>.</summary>
    public static string Of(State state) => States.Name(state).Replace('_', ' ').ToLowerInvariant();

    /// <summary>A state as a CSS class, e.g. <c>in-progress</c>.</summary>
    public static string Class(State state) => States.Name(state).Replace('_', '-').ToLowerInvariant();

    /// <summary>At most so many characters, and a sign that there is more. A character of two parts is not torn apart.</summary>
    public static string Short(string text, int length)
    {
        if (text.Length <= length)
            return text;
        var cut = char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1;
        return text[..cut] + "…";
    }

    /// <summary>The first line of a text.</summary>
    public static string FirstLine(string text, int length) => Short(text.AsSpan().TrimStart() is var start && start.IndexOfAny('\r', '\n') is >= 0 and var end ? start[..end].ToString() : start.ToString(), length);

    /// <summary>A time of the wire; null: unset.</summary>
    public static DateTimeOffset? Time(Timestamp? time) => time?.ToDateTimeOffset();

    /// <summary>A name in snake or kebab case as a label, e.g. <c>max_sources</c> as <c>Max sources</c>.</summary>
    public static string Label(string name)
    {
        var text = new StringBuilder(name).Replace('_', ' ').Replace('-', ' ');
        if (text.Length > 0)
            text[0] = char.ToUpperInvariant(text[0]);
        return text.ToString();
    }
}
