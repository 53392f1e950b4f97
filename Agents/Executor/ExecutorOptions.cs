using Agents.Hosting;
using Microsoft.Extensions.Configuration;

namespace Agents.Executor;

/// <summary>The settings of the section <c>Executor</c>, checked at start.</summary>
internal sealed record ExecutorOptions
{
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

    public static ExecutorOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Executor");
        var listed = section.GetSection(nameof(AllowedCommands)).GetChildren().Select(child => (child.Path, Value: (child.Value ?? "").Trim())).ToArray();
        foreach (var (path, value) in listed)
        {
            if (value.Length == 0 || value.Split(' ')[0].IndexOfAny(['/', '\\']) >= 0)
                throw new AgentDefinitionException($"Setting {path} is \"{value}\"; it must be the bare name of a program, and may have arguments behind it.");
        }

        return new ExecutorOptions
        {
            AllowedCommands = listed.Length == 0 ? DefaultCommands : [.. listed.Select(command => command.Value)],
            MaxSeconds = Number(section, nameof(MaxSeconds), 600, 86_400),
            MaxOutputBytes = Number(section, nameof(MaxOutputBytes), 1024 * 1024, 4 * 1024 * 1024),
        };
    }

    /// <summary>Whether some entry of the list fits.</summary>
    public bool Allows(string command, IReadOnlyList<string> arguments) => AllowedCommands.Any(allowed =>
    {
        var words = allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words[0] == command && words.Length - 1 <= arguments.Count && words.Skip(1).SequenceEqual(arguments.Take(words.Length - 1));
    });

    private static int Number(IConfigurationSection section, string key, int fallback, int most) => section[key] switch
    {
        null or "" => fallback,
        var text when int.TryParse(text, out var value) && value >= 1 && value <= most => value,
        var text => throw new AgentDefinitionException($"Setting Executor:{key} is \"{text}\"; it must be a whole number from 1 to {most}."),
    };
}
