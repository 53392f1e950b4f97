using System.Globalization;

namespace Orchestrator.Schedules;

/// <summary>One of the five fields of a cron expression: <c>*</c>, numbers, names, ranges, steps, and lists of these.</summary>
internal sealed class CronField
{
    private static readonly string[] s_months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] s_days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    private readonly ulong _values;

    private CronField(ulong values, bool isAny) => (_values, IsAny) = (values, isAny);

    /// <summary>Whether it begins with <c>*</c> or is <c>?</c>: it does not restrict by itself.</summary>
    public bool IsAny { get; }

    public bool Has(int value) => (_values >> value & 1) != 0;

    /// <summary>The least value that is not below another; -1: none.</summary>
    public int From(int least)
    {
        var rest = least > 63 ? 0 : _values >> least << least;
        return rest == 0 ? -1 : System.Numerics.BitOperations.TrailingZeroCount(rest);
    }

    public static CronField Minute(string text) => Parse(text, "minute", 0, 59, []);

    public static CronField Hour(string text) => Parse(text, "hour", 0, 23, []);

    public static CronField DayOfMonth(string text) => Parse(text == "?" ? "*" : text, "day of month", 1, 31, []);

    public static CronField Month(string text) => Parse(text, "month", 1, 12, s_months);

    /// <summary>0 to 6 from Sunday; 7 is Sunday too.</summary>
    public static CronField DayOfWeek(string text)
    {
        var field = Parse(text == "?" ? "*" : text, "day of week", 0, 7, s_days);
        return new CronField((field._values | field._values >> 7) & 0x7F, field.IsAny);
    }

    private static CronField Parse(string text, string name, int least, int most, string[] names)
    {
        ulong values = 0;
        foreach (var part in text.Split(','))
        {
            var (range, step) = Step(part, text, name);
            int from;
            int to;
            if (range == "*")
            {
                (from, to) = (least, names == s_days ? 6 : most);
            }
            else if (range.IndexOf('-', StringComparison.Ordinal) is var dash and > 0)
            {
                from = Value(range[..dash]);
                to = Value(range[(dash + 1)..]);
                // Saturday to Sunday: there Sunday is the seventh day.
                to = to == 0 && from > 0 && names == s_days ? 7 : to;
                if (to < from)
                    throw new FormatException($"the {name} '{text}' has the range '{range}', which goes backwards; write it as two.");
            }
            else
            {
                from = Value(range);
                to = step == 0 ? from : most;
            }

            for (var value = from; value <= to; value += Math.Max(step, 1))
                values |= 1UL << value;
        }

        return new CronField(values, text.StartsWith('*'));

        int Value(string word)
        {
            var named = Array.FindIndex(names, one => one.Equals(word, StringComparison.OrdinalIgnoreCase));
            if (named >= 0)
                return named + (names == s_months ? 1 : 0);
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
                return value;
            throw new FormatException($"the {name} '{text}' has '{word}'; it must be {least} to {most}{(names.Length > 0 ? $" or {names[0]} to {names[^1]}" : "")}.");
        }
    }

    // `5/10` counts on from 5 to the end, as `5-59/10` does.
    private static (string Range, int Step) Step(string part, string text, string name)
    {
        var slash = part.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return (part, 0);
        return int.TryParse(part.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var step) && step is >= 1 and <= 59
            ? (part[..slash], step)
            : throw new FormatException($"the {name} '{text}' has the step '{part[(slash + 1)..]}'; it must be 1 to 59.");
    }
}
