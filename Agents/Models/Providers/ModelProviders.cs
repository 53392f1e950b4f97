using System.ClientModel;
using System.ClientModel.Primitives;
using System.Collections.Concurrent;
using Agents.Hosting;
using Agents.Models.Settings;
using Azure.AI.OpenAI;
using Azure.Identity;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Agents.Models.Providers;

/// <summary>Clients of the providers, one for each model, kept for the life of the process.</summary>
internal sealed class ModelProviders(ModelOptions options)
{
    private readonly ConcurrentDictionary<ModelChoice, IChatClient> _clients = new();

    /// <exception cref="TaskFailedException">MODEL_NOT_CONFIGURED: a setting that the provider needs is missing.</exception>
    public IChatClient Get(ModelChoice choice) => _clients.GetOrAdd(choice, Create);

    private IChatClient Create(ModelChoice choice)
    {
        var provider = options.Of(choice.Provider);
        if (choice.Model.Length == 0)
            throw Missing(choice.Setting, $"the {(choice.Provider == ProviderKind.Azure ? "deployment" : "model")} to use");
        return choice.Provider switch
        {
            ProviderKind.OpenAI => OpenAI(choice, provider.ApiKey ?? throw Missing(provider.KeySetting, "the key for OpenAI"), provider.Endpoint),
            ProviderKind.Azure => Azure(choice, provider),
            // A server of one's own often wants no key; the protocol's client wants some text.
            _ => OpenAI(choice, provider.ApiKey ?? "none", provider.Endpoint ?? throw Missing(provider.EndpointSetting, "the address of the server, e.g. http://localhost:11434/v1")),
        };
    }

    private IChatClient OpenAI(ModelChoice choice, string key, Uri? endpoint)
    {
        var client = new OpenAIClientOptions { RetryPolicy = new ClientRetryPolicy(0), NetworkTimeout = Network };
        if (endpoint is not null)
            client.Endpoint = endpoint;
        return new OpenAIClient(new ApiKeyCredential(key), client).GetChatClient(choice.Model).AsIChatClient();
    }

    private IChatClient Azure(ModelChoice choice, ProviderOptions provider)
    {
        var endpoint = provider.Endpoint ?? throw Missing(provider.EndpointSetting, "the address of the resource, e.g. https://name.openai.azure.com");
        var client = new AzureOpenAIClientOptions { RetryPolicy = new ClientRetryPolicy(0), NetworkTimeout = Network };
        var azure = provider.ApiKey is { } key
            ? new AzureOpenAIClient(endpoint, new ApiKeyCredential(key), client)
            : new AzureOpenAIClient(endpoint, new DefaultAzureCredential(), client);
        return azure.GetChatClient(choice.Model).AsIChatClient();
    }

    // Our own time-out ends a call; the transport's is behind it.
    private TimeSpan Network => options.CallTime + TimeSpan.FromSeconds(30);

    private static TaskFailedException Missing(string setting, string what) =>
        new(ModelFailureCodes.NotConfigured, $"{setting} is not set: {what}. Set it (as an environment variable: {setting.Replace(":", "__", StringComparison.Ordinal)}), or set Models:Provider to none.");
}
