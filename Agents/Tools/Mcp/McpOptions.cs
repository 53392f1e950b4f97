using System.Globalization;
using System.Text.RegularExpressions;
using Agents.Hosting;
using Microsoft.Extensions.Configuration;

namespace Agents.Tools.Mcp;

/// <summary>One server of the section <c>Tools:Mcp</c>, checked at start.</summary>
/// <param name="Name">Its tools' names begin with it and a dot.</param>
internal sealed partial record McpOptions(string Name)
{
    // They are ours: a rule for fs.* must not meet somebody else's tool.
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal) { "fs", "git", "shell", "http", "sql", "code", "test", "mcp" };

    /// <summary>The program that is the server; it speaks on its standard input and output. Null: it is reached by <see cref="Url"/>.</summary>
    public string? Command { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>All that the program sees of an environment beside PATH, HOME and the like.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the program runs. Null: the temporary folder.</summary>
    public string? Folder { get; init; }

    /// <summary>Its Streamable HTTP address. Null: it is a program.</summary>
    public Uri? Url { get; init; }

    /// <summary>Sent with every request, e.g. <c>Authorization</c>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Of all its tools but those in <see cref="Risks"/>.</summary>
    public ToolRisk Risk { get; init; } = ToolRisk.High;

    /// <summary>By the tool's own name.</summary>
    public IReadOnlyDictionary<string, ToolRisk> Risks { get; init; } = new Dictionary<string, ToolRisk>();

    /// <summary>Which of its tools are taken, by their own names. Empty: all.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>How long one call may take, in seconds.</summary>
    public int CallSeconds { get; init; }

    /// <summary>How long it may take until it has said which tools it has, in seconds.</summary>
    public int StartSeconds { get; init; }

    /// <summary>Whether the agent starts without its tools when it is not there.</summary>
    public bool Optional { get; init; }

    /// <exception cref="AgentDefinitionException">A setting is wrong.</exception>
    public static IReadOnlyList<McpOptions> Read(IConfiguration configuration) => [.. configuration.GetSection("Tools:Mcp").GetChildren().Select(Read)];

    private static McpOptions Read(IConfigurationSection section)
    {
        if (!ServerName().IsMatch(section.Key) || Reserved.Contains(section.Key))
            throw new AgentDefinitionException($"Setting {section.Path}: \"{section.Key}\" must be a lower case word of at most 30 letters, digits, - and _, and none of {string.Join(", ", Reserved)}.");
        var (command, url) = (section["Command"], section["Url"]);
        if (string.IsNullOrEmpty(command) == string.IsNullOrEmpty(url))
            throw new AgentDefinitionException($"Setting {section.Path} must have either Command or Url.");
        Uri? address = null;
        if (!string.IsNullOrEmpty(url) && (!Uri.TryCreate(url, UriKind.Absolute, out address) || address.Scheme is not ("http" or "https")))
            throw new AgentDefinitionException($"Setting {section.Path}:Url is \"{url}\"; it must be an http or https address.");
        return new McpOptions(section.Key)
        {
            Command = string.IsNullOrEmpty(command) ? null : command,
            Arguments = List(section, "Args"),
            Environment = Map(section, "Env"),
            Folder = section["Folder"],
            Url = address,
            Headers = Map(section, "Headers"),
            Risk = RiskOf(section, "Risk", ToolRisk.High),
            Risks = section.GetSection("Risks").GetChildren().ToDictionary(child => child.Key, child => RiskOf(section, $"Risks:{child.Key}", ToolRisk.High), StringComparer.Ordinal),
            Tools = List(section, "Tools"),
            CallSeconds = Seconds(section, "CallSeconds", 60),
            StartSeconds = Seconds(section, "StartSeconds", 30),
            Optional = section["Optional"] is { Length: > 0 } text && (bool.TryParse(text, out var optional)
                ? optional
                : throw new AgentDefinitionException($"Setting {section.Path}:Optional is \"{text}\"; it must be true or false.")),
        };
    }

    private static string[] List(IConfigurationSection section, string key) => [.. section.GetSection(key).GetChildren().Select(child => child.Value ?? "")];

    private static Dictionary<string, string> Map(IConfigurationSection section, string key) =>
        section.GetSection(key).GetChildren().ToDictionary(child => child.Key, child => child.Value ?? "", StringComparer.Ordinal);

    private static ToolRisk RiskOf(IConfigurationSection section, string key, ToolRisk fallback) => section[key] switch
    {
        null or "" => fallback,
        var text when Enum.TryParse<ToolRisk>(text, ignoreCase: true, out var risk) && Enum.IsDefined(risk) && !char.IsDigit(text[0]) => risk,
        var text => throw new AgentDefinitionException($"Setting {section.Path}:{key} is \"{text}\"; it must be low, medium, high or critical."),
    };

    private static int Seconds(IConfigurationSection section, string key, int fallback) => section[key] switch
    {
        null or "" => fallback,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is >= 1 and <= 3600 => value,
        var text => throw new AgentDefinitionException($"Setting {section.Path}:{key} is \"{text}\"; it must be a whole number from 1 to 3600."),
    };

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,29}$", RegexOptions.NonBacktracking)]
    private static partial Regex ServerName();
}
