namespace Agents.Models.Settings;

/// <summary>How a provider is reached.</summary>
/// <param name="Section">E.g. <c>Models:OpenAI</c>.</param>
/// <param name="Endpoint">Null: the provider's own, where it has one.</param>
/// <param name="ApiKey">Null: none.</param>
internal sealed record ProviderOptions(string Section, Uri? Endpoint, string? ApiKey)
{
    public string EndpointSetting => Section + ":Endpoint";

    public string KeySetting => Section + ":ApiKey";

    // The key stays out of logs.
    public override string ToString() => $"{Section} at {Endpoint}";
}
