using Agents.Models.Tests.Server;

namespace Agents.Models.Tests;

public sealed class FailureTests
{
    private const string Unauthorized = """{"error":{"message":"Incorrect API key provided: sk-test-0123456789abcdef0123.","code":"invalid_api_key"}}""";

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Key_NotAccepted_FailsAtOnceAndNamesTheSettingWithoutTheKey(int status)
    {
        await using var server = await ModelServer.StartAsync(Reply.Status(status, Unauthorized));
        var test = new ModelTest(server);

        var failure = await ModelTest.FailureAsync(() => test.WriteAsync());

        failure.Code.ShouldBe(ModelFailureCodes.Unauthorized);
        failure.Retryable.ShouldBeFalse();
        failure.Message.ShouldContain("Models:OpenAI:ApiKey");
        failure.Message.ShouldContain("invalid_api_key");
        failure.Message.ShouldNotContain(ModelTest.Key);
        server.Requests.Count.ShouldBe(1);
        test.Calls.Single().Outcome.ShouldBe(ModelFailureCodes.Unauthorized);
    }

    [Fact]
    public async Task Model_Unknown_FailsAtOnceAndNamesTheSetting()
    {
        await using var server = await ModelServer.StartAsync(Reply.Status(404, """{"error":{"message":"model not found"}}"""));

        var failure = await ModelTest.FailureAsync(() => new ModelTest(server).WriteAsync());

        failure.Code.ShouldBe(ModelFailureCodes.NotFound);
        failure.Message.ShouldContain("Models:Model is \"scripted\"");
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Request_Refused_FailsAtOnceWithTheProvidersWords()
    {
        await using var server = await ModelServer.StartAsync(Reply.Status(400, """{"error":{"message":"context is too long","code":"context_length_exceeded"}}"""));

        var failure = await ModelTest.FailureAsync(() => new ModelTest(server).WriteAsync());

        failure.Code.ShouldBe(ModelFailureCodes.Refused);
        failure.Message.ShouldContain("context_length_exceeded: context is too long");
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Quota_UsedUp_IsNotAskedAgain()
    {
        await using var server = await ModelServer.StartAsync(Reply.Status(429, """{"error":{"message":"You exceeded your quota","code":"insufficient_quota"}}"""));

        (await ModelTest.FailureAsync(() => new ModelTest(server).WriteAsync())).Code.ShouldBe(ModelFailureCodes.Refused);
        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("content_filter")]
    [InlineData("length")]
    public async Task Answer_NotFinishedByTheModel_Fails(string reason)
    {
        await using var server = await ModelServer.StartAsync(Reply.Finish("Hello", reason));

        (await ModelTest.FailureAsync(() => new ModelTest(server).AskAsync())).Code.ShouldBe(ModelFailureCodes.Refused);
    }

    [Theory]
    [InlineData("openai", "Models:OpenAI:ApiKey")]
    [InlineData("azure", "Models:Azure:Endpoint")]
    [InlineData("compatible", "Models:Compatible:Endpoint")]
    public void Setting_Missing_FailsBeforeAnythingIsSent(string provider, string setting)
    {
        var failure = Should.Throw<Hosting.TaskFailedException>(() => new ModelTest(null, ("Models:Provider", provider), ("Models:Model", "m")).Model);

        failure.Code.ShouldBe(ModelFailureCodes.NotConfigured);
        failure.Retryable.ShouldBeFalse();
        failure.Message.ShouldStartWith(setting + " is not set");
        failure.Message.ShouldContain(setting.Replace(":", "__", StringComparison.Ordinal));
    }

    [Fact]
    public void Model_Missing_FailsBeforeAnythingIsSent() =>
        Should.Throw<Hosting.TaskFailedException>(() => new ModelTest(null, ("Models:Provider", "openai"), ("Models:OpenAI:ApiKey", "k")).Model)
            .Message.ShouldStartWith("Models:Model is not set");

    [Fact]
    public async Task Server_NotThere_FailsAfterItsTriesAndSaysWhere()
    {
        var server = await ModelServer.StartAsync();
        var endpoint = server.Endpoint;
        await server.DisposeAsync();
        var test = new ModelTest(
            null, ("Models:Provider", "compatible"), ("Models:Model", "m"), ("Models:Compatible:Endpoint", endpoint), ("Models:BackoffSeconds", "0.001"), ("Models:Attempts", "2"));

        var failure = await ModelTest.FailureAsync(() => test.WriteAsync());

        failure.Code.ShouldBe(ModelFailureCodes.Unavailable);
        failure.Retryable.ShouldBeTrue();
        failure.Message.ShouldContain(endpoint);
        test.Calls.Single().Tries.ShouldBe(2);
    }
}
