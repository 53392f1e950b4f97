using System.Globalization;
using Agents.Hosting;
using Microsoft.Extensions.Configuration;

namespace Agents.Models.Settings;

/// <summary>Reads the section, and names what is wrong.</summary>
internal sealed class SettingReader(IConfigurationSection section)
{
    private const double MostSeconds = 86_400;

    private static readonly Dictionary<string, ProviderKind> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["none"] = ProviderKind.None,
        ["openai"] = ProviderKind.OpenAI,
        ["azure"] = ProviderKind.Azure,
        ["compatible"] = ProviderKind.Compatible,
    };

    public string? Text(string name) => section[name] is { } text && text.Trim().Length > 0 ? text.Trim() : null;

    public IReadOnlyList<string> Texts(string name) => [.. section.GetSection(name).GetChildren().Select(child => child.Value ?? "").Where(value => value.Length > 0)];

    public void DemandKnown(params string[] names) => DemandKnown(section, names);

    public ProviderKind Provider(string name, string value) => Names.TryGetValue(value.Trim(), out var provider)
        ? provider
        : throw Wrong(Path(name), value, $"is one of {string.Join(", ", Names.Keys)}");

    /// <summary>A role's choice is <c>provider</c> or <c>provider/model</c>; model names may have slashes of their own.</summary>
    public IReadOnlyDictionary<string, ModelChoice> Roles(ModelChoice main)
    {
        var roles = new Dictionary<string, ModelChoice>(StringComparer.Ordinal);
        foreach (var role in section.GetSection("Roles").GetChildren())
        {
            var parts = (role.Value ?? "").Split('/', 2);
            var provider = Provider("Roles:" + role.Key, parts[0]);
            var own = parts.Length == 2 ? parts[1].Trim() : "";
            roles[role.Key.ToLowerInvariant()] = own.Length > 0 ? new ModelChoice(provider, own, role.Path) : main with { Provider = provider };
        }

        return roles;
    }

    public ProviderOptions ProviderOptions(string name)
    {
        DemandKnown(section.GetSection(name), "Endpoint", "ApiKey", "ApiKeyFile");
        var endpoint = Text(name + ":Endpoint");
        if (endpoint is null)
            return new ProviderOptions(Path(name), null, Text(name + ":ApiKey"));
        return Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? new ProviderOptions(Path(name), url, Text(name + ":ApiKey"))
            : throw Wrong(Path(name + ":Endpoint"), endpoint, "is an absolute http or https URL, e.g. http://localhost:11434/v1");
    }

    public IReadOnlyList<ModelPrice> Prices()
    {
        List<ModelPrice> prices = [];
        foreach (var child in section.GetSection("Prices").GetChildren())
        {
            DemandKnown(child, "Model", "Input", "Output");
            var model = child["Model"] is { Length: > 0 } name ? name : throw Wrong(child.Path + ":Model", "", "names a model");
            prices.Add(new ModelPrice(model, Price(child, "Input"), Price(child, "Output")));
        }

        return prices;
    }

    public TimeSpan Seconds(string name, double otherwise)
    {
        if (Text(name) is not { } text)
            return TimeSpan.FromSeconds(otherwise);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 && seconds <= MostSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw Wrong(Path(name), text, $"is a number of seconds above 0, at most {MostSeconds}");
    }

    public int Count(string name, int otherwise, int least, int most)
    {
        if (Text(name) is not { } text)
            return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= least && count <= most
            ? count
            : throw Wrong(Path(name), text, $"is a whole number from {least} to {most}");
    }

    private static decimal Price(IConfigurationSection price, string name) =>
        decimal.TryParse(price[name] ?? "0", NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value <= 1_000_000
            ? value
            : throw Wrong($"{price.Path}:{name}", price[name]!, "is a price for a million tokens, from 0 to 1000000");

    private static void DemandKnown(IConfigurationSection section, params string[] names)
    {
        foreach (var child in section.GetChildren().Where(child => !names.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
            throw new AgentDefinitionException($"{child.Path} is not a setting; known are {string.Join(", ", names.Select(name => $"{section.Path}:{name}"))}.");
    }

    private string Path(string name) => $"{section.Path}:{name}";

    private static AgentDefinitionException Wrong(string setting, string value, string rule) => new($"{setting} is \"{value}\"; it {rule}.");
}
