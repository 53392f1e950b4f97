namespace Agents.Models.Settings;

/// <summary>Who answers.</summary>
internal enum ProviderKind
{
    None,
    OpenAI,
    Azure,
    Compatible,
}
