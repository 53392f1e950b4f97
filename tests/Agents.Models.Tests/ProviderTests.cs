using Agents.Models.Tests.Server;
using Azure.AI.OpenAI;
using Azure.Core;
using Microsoft.Extensions.AI;

namespace Agents.Models.Tests;

public sealed class ProviderTests
{
    [Fact]
    public async Task Azure_WithAKey_SendsItToTheResource()
    {
        await using var server = await ModelServer.StartAsync(Reply.Text("Hello"));
        var test = new ModelTest(
            null, ("Models:Provider", "azure"), ("Models:Model", "my-deployment"), ("Models:Azure:Endpoint", server.Address), ("Models:Azure:ApiKey", "azure-key-123"));

        (await test.WriteAsync()).ShouldBe("Hello");

        var request = server.Requests.Single();
        request.Headers["api-key"].ShouldBe("azure-key-123");
        request.Body.GetProperty("model").GetString().ShouldBe("my-deployment");
        test.Calls.Single().Provider.ShouldBe("azure");
    }

    [Fact]
    public async Task Azure_WithAToken_AsksForItsScope()
    {
        await using var server = await ModelServer.StartAsync(Reply.Text("Hello"));
        var credential = new FixedCredential();
        // The transport demands https for tokens, so the test only sees what it is asked for.
        var client = new AzureOpenAIClient(new Uri(server.Address.Replace("http:", "https:", StringComparison.Ordinal)), credential, new() { RetryPolicy = new System.ClientModel.Primitives.ClientRetryPolicy(0) }).GetChatClient("d").AsIChatClient();

        await Should.ThrowAsync<Exception>(() => client.GetResponseAsync("Hello"));

        credential.Scopes.ShouldBe(["https://cognitiveservices.azure.com/.default"]);
    }

    [Fact]
    public async Task Compatible_WithoutAKey_IsAsked()
    {
        await using var server = await ModelServer.StartAsync(Reply.Text("Hello"));
        var test = new ModelTest(null, ("Models:Provider", "compatible"), ("Models:Model", "qwen3:8b"), ("Models:Compatible:Endpoint", server.Endpoint));

        (await test.WriteAsync()).ShouldBe("Hello");

        server.Requests.Single().Body.GetProperty("model").GetString().ShouldBe("qwen3:8b");
    }

    [Fact]
    public async Task StandIn_AnswerInOnePiece_IsReadAsAStreamedOne()
    {
        await using var server = await ModelServer.StartAsync(Reply.Text("Hello", 3, 4), Reply.Calls(("f", """{"x": 1}""")));
        var client = new OpenAI.OpenAIClient(new System.ClientModel.ApiKeyCredential("key"), new() { Endpoint = new Uri(server.Endpoint) }).GetChatClient("m").AsIChatClient();

        var text = await client.GetResponseAsync("Hello");
        var calls = await client.GetResponseAsync("Hello");

        server.Requests.ShouldAllBe(request => !request.Streams);
        (text.Text, text.FinishReason, text.Usage!.InputTokenCount, text.Usage.OutputTokenCount).ShouldBe(("Hello", ChatFinishReason.Stop, 3, 4));
        var call = calls.Messages.Single().Contents.OfType<FunctionCallContent>().Single();
        (call.CallId, call.Name, call.Arguments!["x"]!.ToString()).ShouldBe(("call_0", "f", "1"));
    }

    private sealed class FixedCredential : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.AddRange(requestContext.Scopes);
            return new AccessToken("token", DateTimeOffset.MaxValue);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
