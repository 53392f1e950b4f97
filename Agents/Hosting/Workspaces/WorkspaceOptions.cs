using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Agents.Hosting.Workspaces;

/// <summary>The settings of the section <c>Workspaces</c>.</summary>
internal sealed record WorkspaceOptions
{
    /// <summary>Folders below which a workspace given by path must lie. Empty: anywhere.</summary>
    public IReadOnlyList<string> Roots { get; init; } = [];

    /// <summary>Where packed workspaces are unpacked.</summary>
    public string CachePath { get; init; } = Path.Combine(Path.GetTempPath(), "agents-workspaces");

    /// <summary>Bytes that a packed workspace may unpack to.</summary>
    public long MaxBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>Files and folders that a packed workspace may have.</summary>
    public int MaxEntries { get; init; } = 500_000;

    /// <summary>Bytes that one byte of a packed workspace may unpack to, where it is large.</summary>
    public int MaxRatio { get; init; } = 250;

    /// <summary>Bytes of all unpacked workspaces together; those that nobody uses go first.</summary>
    public long MaxCacheBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>An unpacked workspace that nobody has used for so long is deleted.</summary>
    public TimeSpan KeepUnused { get; init; } = TimeSpan.FromHours(24);

    public static WorkspaceOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Workspaces");
        var defaults = new WorkspaceOptions();
        var roots = section.GetSection("Roots").GetChildren().Where(root => !string.IsNullOrWhiteSpace(root.Value)).ToArray();
        if (roots.FirstOrDefault(root => !Path.IsPathRooted(root.Value)) is { } relative)
            throw new AgentDefinitionException($"Setting {relative.Path} is \"{relative.Value}\"; it must be an absolute path.");

        return defaults with
        {
            Roots = [.. roots.Select(root => RealPath.Of(root.Value!))],
            CachePath = section["CachePath"] is { Length: > 0 } cache ? Path.GetFullPath(cache) : defaults.CachePath,
            MaxBytes = Number(section, "MaxBytes", defaults.MaxBytes),
            MaxEntries = (int)Math.Min(int.MaxValue, Number(section, "MaxEntries", defaults.MaxEntries)),
            MaxRatio = (int)Math.Min(int.MaxValue, Number(section, "MaxRatio", defaults.MaxRatio)),
            MaxCacheBytes = Number(section, "MaxCacheBytes", defaults.MaxCacheBytes),
            KeepUnused = TimeSpan.FromHours(Math.Min(24 * 365, Number(section, "KeepHours", (long)defaults.KeepUnused.TotalHours))),
        };
    }

    private static long Number(IConfiguration section, string key, long fallback)
    {
        if (section[key] is not { Length: > 0 } text)
            return fallback;

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : throw new AgentDefinitionException($"Setting Workspaces:{key} is \"{text}\"; it must be a whole number from 1.");
    }
}
