namespace Agents.Tools.Processes;

/// <summary>What a command sees of our environment: nothing, so no key or password reaches it.</summary>
internal static class CleanEnvironment
{
    /// <summary>Marks every process of one call, also those that left its process group.</summary>
    public const string Marker = "AGENTS_CALL";

    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Where programs are looked up: our own PATH, which holds no secret.</summary>
    public static string SearchPath { get; } = Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } path ? path : DefaultPath;

    public static IEnumerable<KeyValuePair<string, string>> Variables(string marker) =>
    [
        new("PATH", SearchPath),
        new("HOME", Path.GetTempPath()),
        new("TMPDIR", Path.GetTempPath()),
        new("LANG", "C.UTF-8"),
        new("LC_ALL", "C.UTF-8"),
        new("TZ", "UTC"),
        new("DOTNET_CLI_TELEMETRY_OPTOUT", "1"),
        new("DOTNET_NOLOGO", "1"),
        new("NO_COLOR", "1"),
        new(Marker, marker),
    ];

    /// <summary>The absolute path of a program. Null: there is none of that name.</summary>
    public static string? Find(string name)
    {
        if (Path.IsPathRooted(name))
            return File.Exists(name) ? name : null;
        return SearchPath.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathRooted)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }
}
