namespace Agents.Workspaces.Packing;

/// <summary>What a packed workspace may be: it comes from a stranger, and unpacking it costs whoever does it.</summary>
/// <param name="MaxBytes">Of all files together, unpacked.</param>
/// <param name="MaxEntries">Files and folders, those that only stand in paths included.</param>
/// <param name="MaxRatio">How many bytes one packed byte may become; counts from <see cref="RatioFrom"/> on.</param>
public sealed record PackedLimits(long MaxBytes = 4L << 30, int MaxEntries = 500_000, int MaxRatio = 250)
{
    /// <summary>Smaller archives may have any ratio. Bytes, unpacked.</summary>
    public const long RatioFrom = 64L << 20;

    /// <summary>Longest path, in bytes of UTF-8.</summary>
    public const int MaxPath = 1024;

    /// <summary>Longest part of a path, in bytes of UTF-8.</summary>
    public const int MaxName = 255;
}
