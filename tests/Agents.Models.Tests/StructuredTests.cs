using Agents.Models.Tests.Server;

namespace Agents.Models.Tests;

public sealed class StructuredTests
{
    [Fact]
    public async Task Ask_GoodAnswer_GivesTheRecordAndSaysThatAModelWroteIt()
    {
        await using var server = await ModelServer.StartAsync(Reply.Text("Sure!\n```json\n{\"words\": \"Hello\", \"times\": 3}\n```"));
        var test = new ModelTest(server);

        (await test.AskAsync()).ShouldBe(new Greeting("Hello", 3));

        test.Task.Context.Finish(new()).Result.ModelParts.ShouldBe(["greeting"]);
        var format = server.Requests.Single().Body.GetProperty("response_format");
        format.GetProperty("type").GetString().ShouldBe("json_schema");
        format.GetProperty("json_schema").GetProperty("schema").GetProperty("required").EnumerateArray().Select(name => name.GetString()).ShouldBe(["words", "times"]);
    }

    [Fact]
    public async Task Ask_WrongSchema_IsSentBackWithWhatIsWrong()
    {
        await using var server = await ModelServer.StartAsync(
            Reply.Text("Hello three times!"), Reply.Json(new { words = "Hello", times = "three" }), Reply.Json(new { words = "Hello", times = 3 }));
        var test = new ModelTest(server);

        (await test.AskAsync()).Times.ShouldBe(3);

        server.Requests[1].LastMessage.ShouldContain("the answer is not JSON");
        server.Requests[2].LastMessage.ShouldContain("times: \"three\" is not an integer");
        server.Requests[2].Roles.ShouldBe(["system", "user", "assistant", "user", "assistant", "user"]);
        test.Calls.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Ask_GuidedRun_ThePromptEndsWithWhatPeopleSaid()
    {
        await using var server = await ModelServer.StartAsync(Reply.Json(new { words = "Hello", times = 3 }), Reply.Text("Hello"));
        var test = new ModelTest(server);
        test.Task.Context.Assignment.Window = new Protos.V1.TaskWindow
        {
            Parts = { new Protos.V1.WindowPart { Source = "guidance/1", Text = "Speak French." }, new Protos.V1.WindowPart { Source = "other", Text = "an output" } },
        };

        await test.AskAsync();
        await test.WriteAsync();

        server.Requests.Select(request => request.LastMessage.Trim()).ShouldAllBe(text => text.EndsWith("\n- Speak French.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ask_WrongForever_FailsAfterTheConfiguredRepairs()
    {
        await using var server = await ModelServer.StartAsync();
        server.Otherwise = _ => Reply.Json(new { words = "Hello" });
        var test = new ModelTest(server, null, ("Models:Repairs", "1"));

        var failure = await ModelTest.FailureAsync(() => test.AskAsync());

        failure.Code.ShouldBe(ModelFailureCodes.InvalidAnswer);
        failure.Retryable.ShouldBeTrue();
        failure.Message.ShouldContain("times is missing; it is required");
        server.Requests.Count.ShouldBe(2);
        test.Task.Context.Finish(new()).Result.ModelParts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Ask_RefusedByTheCheck_IsSentBackWithItsWords()
    {
        await using var server = await ModelServer.StartAsync(Reply.Json(new { words = "Hello", times = 9 }), Reply.Json(new { words = "Hello", times = 1 }));
        var test = new ModelTest(server);

        var greeting = await test.Model.AskAsync<Greeting>("greeting", "", "Greet.", CancellationToken.None, check: answer => answer.Times > 3 ? ["nine times is too often"] : []);

        greeting.Times.ShouldBe(1);
        server.Requests[1].LastMessage.ShouldContain("nine times is too often");
    }

    [Theory]
    [InlineData("I would say hello, once.", "is not JSON")]
    [InlineData("{\"words\": \"Hello\", \"times\": ", "is not JSON")]
    [InlineData("{\"words\": \"Hello\"}", "times")]
    public async Task Ask_AnswerThatIsNoSuchRecord_IsSentBack(string answer, string problem)
    {
        await using var server = await ModelServer.StartAsync(Reply.Text(answer), Reply.Text("```json\n{\"words\": \"Hello\", \"times\": 1}\n```"));

        (await new ModelTest(server).AskAsync()).ShouldBe(new Greeting("Hello", 1));

        server.Requests[1].LastMessage.ShouldContain(problem);
    }
}
