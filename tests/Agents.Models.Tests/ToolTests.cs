using Agents.Models.Tests.Server;
using Microsoft.Extensions.AI;

namespace Agents.Models.Tests;

public sealed class ToolTests
{
    [Fact]
    public async Task Calls_SeveralInOneAnswer_RunAtTheSameTime()
    {
        await using var server = await ModelServer.StartAsync(Reply.Calls(("left", """{"text":"a b"}"""), ("right", """{"text":"c"}""")), Reply.Text("Both."));
        var test = new ModelTest(server);
        TaskCompletionSource left = new(), right = new();
        // Each waits for the other: one after the other would never end.
        var options = new ChatOptions
        {
            Tools =
            [
                AIFunctionFactory.Create(async (string text) => { left.SetResult(); await right.Task; return "L " + text; }, "left", "The left."),
                AIFunctionFactory.Create(async (string text) => { right.SetResult(); await left.Task; return "R " + text; }, "right"),
            ],
        };

        var response = await test.Model.Client("test").GetResponseAsync("Go.", options);

        response.Text.ShouldEndWith("Both.");
        response.Usage!.InputTokenCount.ShouldBe(20);
        var tools = server.Requests[0].Body.GetProperty("tools");
        tools[0].GetProperty("function").GetProperty("name").GetString().ShouldBe("left");
        tools[0].GetProperty("function").GetProperty("parameters").GetProperty("properties").TryGetProperty("text", out _).ShouldBeTrue();
        server.Requests[1].Roles.ShouldBe(["user", "assistant", "tool", "tool"]);
        server.Requests[1].Message(2).ShouldBe("L a b");
        server.Requests[1].Message(3).ShouldBe("R c");
        server.Requests[1].Body.GetProperty("messages")[2].GetProperty("tool_call_id").GetString().ShouldBe("call_0");
        test.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Calls_ThatGoWrong_AreToldToTheModel()
    {
        await using var server = await ModelServer.StartAsync(
            Reply.Calls(("nothing", "{}"), ("broken", "{}"), ("fine", "not json")), Reply.Text("I see."));
        var test = new ModelTest(server);
        var options = new ChatOptions
        {
            Tools =
            [
                AIFunctionFactory.Create(string () => throw new InvalidOperationException("out of paper"), "broken"),
                AIFunctionFactory.Create(() => "ok", "fine"),
            ],
        };

        (await test.Model.Client("test").GetResponseAsync("Go.", options)).Text.ShouldEndWith("I see.");

        server.Requests[1].Message(2).ShouldBe("Error: there is no tool \"nothing\"; there are broken, fine.");
        server.Requests[1].Message(3).ShouldBe("Error: out of paper");
        server.Requests[1].Message(4).ShouldStartWith("Error: the arguments cannot be read");
    }

    [Fact]
    public async Task Calls_WithoutEnd_StopAtTheLimit()
    {
        await using var server = await ModelServer.StartAsync();
        server.Otherwise = request => request.Body.TryGetProperty("tool_choice", out var choice) && choice.GetString() == "none" ? Reply.Text("Enough.") : Reply.Calls(("again", "{}"));
        var test = new ModelTest(server, null, ("Models:ToolRounds", "3"));
        var count = 0;

        var response = await test.Model.Client("test").GetResponseAsync("Go.", new ChatOptions { Tools = [AIFunctionFactory.Create(() => ++count, "again")] });

        response.Text.ShouldEndWith("Enough.");
        count.ShouldBe(3);
    }
}
