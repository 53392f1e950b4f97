using System.ClientModel;
using System.ClientModel.Primitives;
using Azure.Core;
using OpenAI;

namespace Azure.AI.OpenAI;

// The endpoint of a resource serves the protocol of OpenAI itself below /openai/v1/, where the deployment is the model.
public class AzureOpenAIClient : OpenAIClient
{
    public AzureOpenAIClient(Uri endpoint, ApiKeyCredential credential)
        : this(endpoint, credential, new AzureOpenAIClientOptions())
    {
    }

    public AzureOpenAIClient(Uri endpoint, ApiKeyCredential credential, AzureOpenAIClientOptions options)
        : base(ApiKeyAuthenticationPolicy.CreateHeaderApiKeyPolicy(credential, "api-key"), Convert(endpoint, options))
    {
    }

    public AzureOpenAIClient(Uri endpoint, TokenCredential credential)
        : this(endpoint, credential, new AzureOpenAIClientOptions())
    {
    }

    public AzureOpenAIClient(Uri endpoint, TokenCredential credential, AzureOpenAIClientOptions options)
        : base(new BearerTokenPolicy(credential, (options?.Audience ?? AzureOpenAIAudience.AzurePublicCloud).ToString()), Convert(endpoint, options))
    {
    }

    private static OpenAIClientOptions Convert(Uri endpoint, AzureOpenAIClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return new OpenAIClientOptions
        {
            Endpoint = new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/openai/v1/"),
            UserAgentApplicationId = options?.UserAgentApplicationId,
            RetryPolicy = options?.RetryPolicy,
            NetworkTimeout = options?.NetworkTimeout,
            Transport = options?.Transport,
        };
    }
}
