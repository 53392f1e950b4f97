using System.Globalization;

namespace Orchestrator.Storage;

/// <summary>Times as the stores keep them, and the cursor of lists that is made of them.</summary>
internal static class StoreTime
{
    // The years 1 to 9999.
    private const long First = -62_135_596_800_000;
    private const long Last = 253_402_300_799_999;

    /// <summary>A time as it was stored.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static DateTimeOffset FromMilliseconds(long milliseconds) => milliseconds is >= First and <= Last
        ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
        : throw new InvalidDataException($"{milliseconds} ms since 1970 is no time.");

    /// <summary>The place of a run in "newest first": creation time, then id, both descending.</summary>
    public static string FormatCursor(long createdMilliseconds, string runId) =>
        string.Create(CultureInfo.InvariantCulture, $"{createdMilliseconds}~{runId}");

    public static (long CreatedMilliseconds, string RunId)? ParseCursor(string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        var split = cursor.IndexOf('~', StringComparison.Ordinal);
        if (split > 0
            && long.TryParse(cursor.AsSpan(0, split), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var created)
            && created is > -100_000_000_000_000 and < 300_000_000_000_000)
        {
            var runId = cursor[(split + 1)..];
            StoreLimits.CheckName(runId, "Cursor");
            return (created, runId);
        }

        throw new ArgumentException($"Cursor '{cursor}' is not one that a list returned.", nameof(cursor));
    }

    public static void CheckQuery(RunQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        StoreLimits.CheckName(query.Tenant, "Tenant");
        StoreLimits.CheckPage(query.Limit);
    }
}
