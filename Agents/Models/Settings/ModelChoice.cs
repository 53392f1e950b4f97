namespace Agents.Models.Settings;

/// <summary>Which model of which provider.</summary>
/// <param name="Provider">Who answers.</param>
/// <param name="Model">The model; for Azure the deployment. Empty: none was given.</param>
/// <param name="Setting">Where the model is given, for messages.</param>
internal sealed record ModelChoice(ProviderKind Provider, string Model, string Setting)
{
    public static ModelChoice Nobody { get; } = new(ProviderKind.None, "", ModelOptions.Section + ":Provider");

    /// <summary>The provider's name as in the settings.</summary>
    public string ProviderName => Provider.ToString().ToLowerInvariant();
}
