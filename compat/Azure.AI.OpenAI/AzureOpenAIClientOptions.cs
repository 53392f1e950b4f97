using System.ClientModel.Primitives;

namespace Azure.AI.OpenAI;

public class AzureOpenAIClientOptions : ClientPipelineOptions
{
    private AzureOpenAIAudience? _audience;
    private string? _userAgentApplicationId;

    public AzureOpenAIAudience? Audience
    {
        get => _audience;
        set
        {
            AssertNotFrozen();
            _audience = value;
        }
    }

    public string? UserAgentApplicationId
    {
        get => _userAgentApplicationId;
        set
        {
            AssertNotFrozen();
            _userAgentApplicationId = value;
        }
    }
}
