using System.Globalization;
using Agents.Hosting;
using Agents.Tools.Processes;
using Microsoft.Extensions.Configuration;

namespace Agents.Tools;

/// <summary>The settings of the section <c>Tools</c>, checked at start.</summary>
internal sealed record ToolOptions
{
    private const string Section = "Tools";

    /// <summary>They read nothing and change nothing.</summary>
    public static IReadOnlyList<string> DefaultCommands { get; } = ["echo", "pwd", "uname", "true", "false"];

    /// <summary>
    /// What shell.run may start: a program's name, and optionally the arguments that it must begin with: <c>dotnet build</c>
    /// allows <c>dotnet build -c Release</c> and not <c>dotnet run</c>. Whoever allows a program allows all that it can do.
    /// </summary>
    public IReadOnlyList<string> AllowedCommands { get; init; } = DefaultCommands;

    /// <summary>The longest time limit of a command, in seconds.</summary>
    public int MaxSeconds { get; init; } = 600;

    /// <summary>The most that is kept of each output stream of a command, in bytes.</summary>
    public int MaxOutputBytes { get; init; } = 1024 * 1024;

    /// <summary>What a command may use.</summary>
    public ProcessLimits Limits { get; init; } = new();

    /// <summary>What may be copied of a workspace.</summary>
    public CopyLimits Copy { get; init; } = new();

    /// <summary>Hosts that http.get may ask: <c>example.org</c>, <c>*.example.org</c>. Empty: none.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Whether http.get may reach loopback, private and link-local addresses.</summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>The most that http.get reads of an answer, in bytes.</summary>
    public int MaxHttpBytes { get; init; } = 2 * 1024 * 1024;

    public static ToolOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var commands = List(section, nameof(AllowedCommands), value => value.Split(' ')[0].IndexOfAny(['/', '\\']) < 0, "the bare name of a program, and may have arguments behind it");
        return new ToolOptions
        {
            AllowedCommands = commands.Count == 0 ? DefaultCommands : commands,
            MaxSeconds = (int)Number(section, nameof(MaxSeconds), 600, 86_400),
            MaxOutputBytes = (int)Number(section, nameof(MaxOutputBytes), 1024 * 1024, 4 * 1024 * 1024),
            Limits = new ProcessLimits(
                Number(section, nameof(ProcessLimits.MaxMemoryBytes), 2L << 30, long.MaxValue),
                Number(section, nameof(ProcessLimits.MaxFileBytes), 1L << 30, long.MaxValue),
                (int)Number(section, nameof(ProcessLimits.MaxCpuSeconds), 600, 86_400)),
            Copy = new CopyLimits(
                Number(section, "MaxCopyBytes", 1L << 30, long.MaxValue),
                (int)Number(section, "MaxCopyFiles", 200_000, int.MaxValue),
                Number(section, "MaxCopyFileBytes", 256L << 20, long.MaxValue),
                Flag(section, "CopySecrets")),
            AllowedHosts = List(section, nameof(AllowedHosts), IsHost, "a host name, or *. and a domain"),
            AllowPrivateAddresses = Flag(section, nameof(AllowPrivateAddresses)),
            MaxHttpBytes = (int)Number(section, nameof(MaxHttpBytes), 2 * 1024 * 1024, 64 * 1024 * 1024),
        };
    }

    /// <summary>Whether some entry of the list of commands fits.</summary>
    public bool Allows(string command, IReadOnlyList<string> arguments) => AllowedCommands.Any(allowed =>
    {
        var words = allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words[0] == command && words.Length - 1 <= arguments.Count && words.Skip(1).SequenceEqual(arguments.Take(words.Length - 1));
    });

    /// <summary>Whether some entry of the list of hosts fits.</summary>
    public bool AllowsHost(string host) => AllowedHosts.Any(allowed => allowed.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase)
        : string.Equals(host, allowed, StringComparison.OrdinalIgnoreCase));

    private static bool IsHost(string text) => Uri.CheckHostName(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text) != UriHostNameType.Unknown;

    private static IReadOnlyList<string> List(IConfigurationSection section, string key, Func<string, bool> isRight, string rule)
    {
        var listed = section.GetSection(key).GetChildren().Select(child => (child.Path, Value: (child.Value ?? "").Trim())).ToArray();
        foreach (var (path, value) in listed)
        {
            if (value.Length == 0 || !isRight(value))
                throw new AgentDefinitionException($"Setting {path} is \"{value}\"; it must be {rule}.");
        }

        return [.. listed.Select(item => item.Value)];
    }

    private static bool Flag(IConfigurationSection section, string key) => section[key] switch
    {
        null or "" => false,
        var text when bool.TryParse(text, out var value) => value,
        var text => throw new AgentDefinitionException($"Setting {Section}:{key} is \"{text}\"; it must be true or false."),
    };

    private static long Number(IConfigurationSection section, string key, long fallback, long most) => section[key] switch
    {
        null or "" => fallback,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= most => value,
        var text => throw new AgentDefinitionException($"Setting {Section}:{key} is \"{text}\"; it must be a whole number from 1 to {most}."),
    };
}
