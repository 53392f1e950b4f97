using Agents.Models.Tests.Server;
using Microsoft.Extensions.AI;

namespace Agents.Models.Tests;

/// <summary>Failures between rounds of tool calls: what was done is not done again.</summary>
public sealed class ToolFailureTests
{
    private int _count;

    public static TheoryData<Reply> Passing => [Reply.Status(500), Reply.Status(429, retryAfter: "0"), Reply.Cut("Al"), Reply.Malformed(), Reply.CutCall("count", "{\"a\":"), Reply.Unfinished("Al")];

    [Theory]
    [MemberData(nameof(Passing), DisableDiscoveryEnumeration = true)]
    public async Task Round_FailsInPassing_IsAskedAgainAndNoToolIsCalledTwice(Reply failure)
    {
        await using var server = await ModelServer.StartAsync(Reply.Calls(("count", "{}")), failure, Reply.Text("All."));
        var test = new ModelTest(server);

        (await AskAsync(test)).Text.ShouldEndWith("All.");

        _count.ShouldBe(1);
        server.Requests[2].Roles.ShouldBe(server.Requests[1].Roles);
        test.Calls.Select(call => (call.Outcome, call.Tries)).ShouldBe([("ok", 1), ("ok", 2)]);
    }

    [Fact]
    public async Task Round_KeyNoLongerAccepted_EndsTheTask()
    {
        await using var server = await ModelServer.StartAsync(Reply.Calls(("count", "{}")), Reply.Status(401, """{"error":{"message":"revoked"}}"""));

        var failure = await ModelTest.FailureAsync(() => AskAsync(new ModelTest(server)));

        failure.Code.ShouldBe(ModelFailureCodes.Unauthorized);
        _count.ShouldBe(1);
    }

    private Task<ChatResponse> AskAsync(ModelTest test) =>
        test.Model.Client("test").GetResponseAsync("Go.", new ChatOptions { Tools = [AIFunctionFactory.Create(() => ++_count, "count")] });
}
