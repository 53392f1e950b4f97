using Microsoft.Extensions.Configuration;

namespace Agents.Models.Settings;

/// <summary>The section <c>Models</c>, checked at start; see docs/models.md. What a task needs and is missing is told when a task needs it.</summary>
internal sealed record ModelOptions
{
    public const string Section = "Models";

    /// <summary>For roles that have none of their own.</summary>
    public ModelChoice Default { get; init; } = ModelChoice.Nobody;

    public IReadOnlyDictionary<string, ModelChoice> Roles { get; init; } = new Dictionary<string, ModelChoice>();

    public ProviderOptions OpenAI { get; init; } = new(Section + ":OpenAI", null, null);

    public ProviderOptions Azure { get; init; } = new(Section + ":Azure", null, null);

    public ProviderOptions Compatible { get; init; } = new(Section + ":Compatible", null, null);

    public IReadOnlyList<ModelPrice> Prices { get; init; } = [];

    /// <summary>One request, its answer included.</summary>
    public TimeSpan CallTime { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>A question: all requests and waits until it is answered.</summary>
    public TimeSpan TotalTime { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>Requests for one answer, at most.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>Before the second request, when the provider does not say; doubled each time.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often an answer of the wrong form is sent back.</summary>
    public int Repairs { get; init; } = 2;

    /// <summary>Rounds of tool calls for one answer.</summary>
    public int ToolRounds { get; init; } = 8;

    /// <summary>Null: the model's own limit.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Values that never leave, beside those that are found.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    public ModelChoice For(string role) => Roles.GetValueOrDefault(role, Default);

    public ProviderOptions Of(ProviderKind provider) => provider switch
    {
        ProviderKind.OpenAI => OpenAI,
        ProviderKind.Azure => Azure,
        _ => Compatible,
    };

    /// <summary>In millionths of the price table's currency; 0 when no price is known.</summary>
    public long CostMicros(string model, long inputTokens, long outputTokens) =>
        Prices.FirstOrDefault(price => price.IsFor(model))?.Micros(inputTokens, outputTokens) ?? 0;

    /// <exception cref="Hosting.AgentDefinitionException">A setting is wrong; the message names it, its value and the rule.</exception>
    public static ModelOptions Read(IConfiguration configuration)
    {
        var reader = new SettingReader(configuration.GetSection(Section));
        reader.DemandKnown(
            "Provider", "Model", "Roles", "OpenAI", "Azure", "Compatible", "Prices", "CallSeconds", "TotalSeconds", "Attempts", "BackoffSeconds", "Repairs",
            "ToolRounds", "MaxOutputTokens", "Secrets", "SecretFiles");
        var model = reader.Text("Model") ?? "";
        var main = new ModelChoice(reader.Provider("Provider", reader.Text("Provider") ?? "none"), model, Section + ":Model");
        return new ModelOptions
        {
            Default = main,
            Roles = reader.Roles(main),
            OpenAI = reader.ProviderOptions("OpenAI"),
            Azure = reader.ProviderOptions("Azure"),
            Compatible = reader.ProviderOptions("Compatible"),
            Prices = reader.Prices(),
            CallTime = reader.Seconds("CallSeconds", 120),
            TotalTime = reader.Seconds("TotalSeconds", 600),
            Attempts = reader.Count("Attempts", 4, 1, 20),
            Backoff = reader.Seconds("BackoffSeconds", 1),
            Repairs = reader.Count("Repairs", 2, 0, 10),
            ToolRounds = reader.Count("ToolRounds", 8, 0, 100),
            MaxOutputTokens = reader.Text("MaxOutputTokens") is null ? null : reader.Count("MaxOutputTokens", 0, 1, 10_000_000),
            Secrets = reader.Texts("Secrets"),
        };
    }
}
