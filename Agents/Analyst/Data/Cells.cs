using System.Globalization;
using System.Text.RegularExpressions;

namespace Agents.Analyst.Data;

/// <summary>What a cell says: nothing, a number, yes or no, a date.</summary>
internal static partial class Cells
{
    private const int Longest = 120;

    /// <summary>Dates are read by one of these: that which fits every value of the column.</summary>
    public static readonly string[] DateFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mm", "yyyy/M/d", "yyyy-MM",
        "d.M.yyyy", "MMM d yyyy", "MMM d, yyyy", "MMMM d, yyyy", "d MMM yyyy", "d MMMM yyyy", MonthFirst, DayFirst,
    ];

    public const string MonthFirst = "M/d/yyyy";
    public const string DayFirst = "d/M/yyyy";

    public static bool IsMissing(string? cell) =>
        string.IsNullOrWhiteSpace(cell) || cell.Trim() is "NA" or "N/A" or "n/a" or "NaN" or "nan" or "null" or "NULL" or "None" or "-";

    public static double? Number(string cell, bool decimalComma)
    {
        var text = cell.AsSpan().Trim();
        if (text.Length == 0 || text.Length > 40 || !(char.IsAsciiDigit(text[^1]) || text[^1] == '.'))
            return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return double.IsFinite(number) ? number : null;
        if (decimalComma && DecimalComma().IsMatch(text))
            return double.Parse(text.ToString().Replace(".", "").Replace(',', '.'), CultureInfo.InvariantCulture);
        return Thousands().IsMatch(text) ? double.Parse(text.ToString().Replace(",", ""), CultureInfo.InvariantCulture) : null;
    }

    /// <summary>A postcode or an account, not a quantity.</summary>
    public static bool IsCode(string cell) => cell.Trim() is ['0', >= '0' and <= '9', ..] text && text.All(char.IsAsciiDigit);

    public static bool IsBoolean(string cell) => cell.Trim().ToLowerInvariant() is "true" or "false" or "yes" or "no";

    public static DateTime? Date(string cell, string format) =>
        DateTime.TryParseExact(cell.Trim(), format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date) ? date : null;

    public static string Short(string text) => text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest - 1), "…");

    [GeneratedRegex(@"^[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex DecimalComma();

    [GeneratedRegex(@"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Thousands();
}
